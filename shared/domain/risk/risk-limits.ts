import * as z from 'zod';

/** How a probability becomes a size (`config/risk`, section kelly). */
export const kellyPolicySchema = z.strictObject({
  /** Share of the probability given up before sizing: 0.05 turns 0.60 into 0.57. */
  shrinkage: z.number().min(0).max(1),
  /** Fractional Kelly: the share of the full Kelly fraction that is used. */
  fraction: z.number().min(0).max(1),
  /** Largest fraction of capital in one trade. */
  cap: z.number().min(0).max(1),
  /** Fewer measured trades in the bundle, and nothing is sized; fewer of one direction, and both count together. */
  min_measured_trades: z.number().int().nonnegative(),
});
export type KellyPolicy = z.infer<typeof kellyPolicySchema>;

/** What a size and a day may lose (`config/risk`): the same for an answer that is given live and one that is replayed. */
export const riskLimitsSchema = z.strictObject({
  account_rupees: z.number().positive(),
  kelly: kellyPolicySchema,
  max_lots: z.number().int().positive(),
  circuit_breaker: z.strictObject({
    /** Fractions and counts, as the tracker names them. */
    max_daily_loss: z.number().positive(),
    max_consecutive_losses: z.number().int().positive(),
  }),
});
export type RiskLimits = z.infer<typeof riskLimitsSchema>;
