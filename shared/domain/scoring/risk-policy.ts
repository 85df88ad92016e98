import { z } from 'zod';
import type { QualityFlag } from '../market/quality/finding.ts';

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

/** When an answer may be executed (`config/risk.json`). */
export const riskPolicySchema = z.strictObject({
  schema: z.literal(1),
  account_rupees: z.number().positive(),
  kelly: kellyPolicySchema,
  max_lots: z.number().int().positive(),
  /** A feature row older than this at scoring time is stale. */
  max_feature_age_seconds: z.number().positive(),
  /** Share of the features that must have a value. */
  min_completeness: z.number().min(0).max(1),
  /** Minutes of the session that must have been seen before features mean anything. */
  min_history_minutes: z.number().int().nonnegative(),
  /** Clock time at the exchange from which the tracker's trade enters nothing in a session that opened before it. */
  no_entry_from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a clock time such as 15:20'),
  circuit_breaker: z.strictObject({
    /** Fractions and counts, as the tracker names them. */
    max_daily_loss: z.number().positive(),
    max_consecutive_losses: z.number().int().positive(),
  }),
});
/**
 * The file's policy, the data-quality flags that make an answer HOLD (`config/quality.json`, `blocking`), and the last
 * minutes of a session in which nothing is entered (`config/execution.json`, `backtest`): judged is what is answered.
 */
export type RiskPolicy = z.infer<typeof riskPolicySchema> & {
  readonly blocking_quality_flags: readonly QualityFlag[];
  readonly no_entry_last_minutes: number;
};
