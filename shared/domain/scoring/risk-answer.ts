import * as z from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';
import { accountTotalsSchema, haltSchema } from '../risk/account-totals.ts';
import { controlSchema } from '../risk/control.ts';
import { openingSchema } from '../risk/session-state.ts';
import { riskLimitLineSchema } from './risk-limit-lines.ts';

/** The answer to GET /v1/risk. */
export const riskAnswerSchema = z.object({
  at: z.iso.datetime({ offset: true }),
  account_rupees: z.number(),
  exchanges: z.array(
    z.object({
      exchange: exchangeSchema,
      live_version: z.string().nullable(),
      totals: accountTotalsSchema,
      /** Every limit beside its present value. */
      limits: z.array(riskLimitLineSchema),
    }),
  ),
  positions: z.array(
    openingSchema.extend({
      trade_id: z.string(),
      exchange: exchangeSchema,
      delta_rupees: z.number(),
      exposure_rupees: z.number(),
      delta_assumed: z.boolean(),
    }),
  ),
  halts: z.array(haltSchema),
  /** Orders of operators, newest first. */
  controls: z.array(controlSchema),
});
export type RiskAnswer = z.infer<typeof riskAnswerSchema>;
