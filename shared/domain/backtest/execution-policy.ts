import * as z from 'zod';

/** How out-of-sample actions become paper positions in the underlying (`config/execution`, section backtest). */
export const executionPolicySchema = z.strictObject({
  /** Minutes a position is held at most. */
  horizon_minutes: z.number().int().positive(),
  /** Cost of one round trip, in basis points of the traded value. */
  cost_bps: z.number().nonnegative(),
  starting_equity_rupees: z.number().positive(),
  /** Traded value of one position as a fraction of the starting equity (not compounded). */
  position_fraction: z.number().positive().max(10),
  /** No entry in the last minutes before the session's last observation. */
  no_entry_last_minutes: z.number().int().nonnegative(),
});
export type ExecutionPolicy = z.infer<typeof executionPolicySchema>;
