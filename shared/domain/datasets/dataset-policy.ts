import * as z from 'zod';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';
import { monthsBefore } from './rolling-window.ts';

const windowMonths = z.number().int().min(6).max(12);
const minDays = z.number().int().min(1);

/** What goes into a dataset version (`config/datasets`). */
export const datasetPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** Calendar months of the rolling window, the dataset's own date the last. */
  window_months: windowMonths,
  /** An exchange with fewer days than this in its window is left out; without any exchange there is no version. */
  min_days: minDays,
  /** A day with fewer feature rows than this is left out. */
  min_rows_per_day: z.number().int().min(1),
  /** Exchanges with a window or a minimum of their own. */
  exchanges: z.partialRecord(
    exchangeSchema,
    z.strictObject({ window_months: windowMonths.optional(), min_days: minDays.optional() }),
  ),
});
export type DatasetPolicy = z.infer<typeof datasetPolicySchema>;

export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The rolling window of an exchange that ends with `date`, both days included.
 * Example: 12 months to 2025-12-04 are 2024-12-05 to 2025-12-04.
 */
export function windowOf(policy: DatasetPolicy, exchange: Exchange, date: string): DateRange {
  const months = policy.exchanges[exchange]?.window_months ?? policy.window_months;
  return { from: monthsBefore(date, months), to: date };
}

/** Fewest days that the exchange must have in its window. */
export function minDaysOf(policy: DatasetPolicy, exchange: Exchange): number {
  return policy.exchanges[exchange]?.min_days ?? policy.min_days;
}
