import * as z from 'zod';
import { minuteOfDay } from '../market/indian-time.ts';
import type { ScoredRow } from './scored-row.ts';

const probabilities = z.array(z.number().min(0).max(1));
const side = z.union([z.literal(-1), z.literal(0), z.literal(1)]);

/**
 * A bundle's out-of-sample scores as it carries them (`oof` and `holdout`): columns of one length, in time order.
 * Other columns may be there and are left alone.
 */
export const scoredColumnsSchema = z
  .object({
    timestamp_ms: z.array(z.number().int()),
    session: z.array(z.iso.date()),
    target: z.array(side.nullable()),
    sell: probabilities,
    hold: probabilities,
    buy: probabilities,
    regime: z.array(z.number().int().nonnegative()),
    position: z.array(side),
    price: z.array(z.number().positive().nullable()),
  })
  .superRefine((columns, context) => {
    const rows = columns.timestamp_ms.length;
    for (const [name, values] of Object.entries(columns)) {
      if (values.length !== rows) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `expected ${rows} values, was ${values.length}`,
        });
      }
    }
  });
export type ScoredColumns = z.infer<typeof scoredColumnsSchema>;

/** The rows of scored columns. Example: `scoredRows(scoredColumnsSchema.parse(json))`. */
export function scoredRows(columns: ScoredColumns): ScoredRow[] {
  return columns.timestamp_ms.map((timestampMs, i) => ({
    session: columns.session[i]!,
    minute: minuteOfDay(timestampMs),
    price: columns.price[i]!,
    sell: columns.sell[i]!,
    hold: columns.hold[i]!,
    buy: columns.buy[i]!,
    regime: columns.regime[i]!,
    label: columns.target[i]!,
    position: columns.position[i]!,
  }));
}
