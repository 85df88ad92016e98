import { z } from 'zod';
import type { QualityFlag } from '../market/quality/finding.ts';
import { riskLimitsSchema } from '../risk/risk-limits.ts';

/** When an answer may be executed (`config/risk.json`). */
export const riskPolicySchema = riskLimitsSchema.extend({
  schema: z.literal(1),
  /** A feature row older than this at scoring time is stale. */
  max_feature_age_seconds: z.number().positive(),
  /** Share of the features that must have a value. */
  min_completeness: z.number().min(0).max(1),
  /** Minutes of the session that must have been seen before features mean anything. */
  min_history_minutes: z.number().int().nonnegative(),
  /** Clock time at the exchange from which the tracker's trade enters nothing in a session that opened before it. */
  no_entry_from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a clock time such as 15:20'),
});
/**
 * The file's policy, the data-quality flags that make an answer HOLD (`config/quality.json`, `blocking`), and the last
 * minutes of a session in which nothing is entered (`config/execution.json`, `backtest`): judged is what is answered.
 */
export type RiskPolicy = z.infer<typeof riskPolicySchema> & {
  readonly blocking_quality_flags: readonly QualityFlag[];
  readonly no_entry_last_minutes: number;
};
