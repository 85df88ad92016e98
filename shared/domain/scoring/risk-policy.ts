import * as z from 'zod';
import type { QualityFlag } from '../market/quality/finding.ts';
import { riskLimitsSchema } from '../risk/risk-limits.ts';

const share = z.number().positive();

/** Circuit breakers that only a live account has: the replay of the gate applies `circuit_breaker` alone. */
const breakersSchema = z.strictObject({
  /** Deepest fall of a session's result below its highest, of an exchange or of the account; fraction of the account. */
  max_session_drawdown: share,
  /** Positions of all exchanges; those of one are limited by `config/execution.json`. */
  max_account_positions: z.number().int().positive(),
  /** Seconds without an entry after a trade of the exchange was reported to have lost. */
  cooldown_after_loss_seconds: z.number().nonnegative(),
  /** What a move of all underlyings by 1 % may bring or cost; fraction of the account. */
  max_account_delta: share,
  /** What all positions may bind: premium of bought, margin of sold options; fraction of the account. */
  max_account_exposure: share,
  /** Share of the features from which on a drift report blocks the live bundle's answers. */
  drift_blocks_from: share.max(1),
});

/** Margin of a sold index option, as fractions of the underlying's value. */
const shortMarginSchema = z.strictObject({
  /** Price scan range. */
  scan: share,
  exposure: z.number().nonnegative(),
  source: z.string().min(1),
});

/** When an answer may be executed (`config/risk.json`). */
export const riskPolicySchema = riskLimitsSchema.extend({
  schema: z.literal(1),
  breakers: breakersSchema,
  /** Volatility targeting: the stake is scaled down where the forecast is above the target, a fraction a year. */
  volatility: z.strictObject({ target: share }),
  short_margin: shortMarginSchema,
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
 * The file's policy, the data-quality flags that make an answer HOLD (`config/quality.json`, `blocking`), the last
 * minutes of a session in which nothing is entered (`config/execution.json`, `backtest`), and how many positions the
 * traded policy holds and waits between (there, `policies`): judged is what is answered.
 */
export type RiskPolicy = z.infer<typeof riskPolicySchema> & {
  readonly blocking_quality_flags: readonly QualityFlag[];
  readonly no_entry_last_minutes: number;
  readonly positions: PositionPolicy;
};

/** Positions of one exchange, as the named policy of `config/execution.json` has them. */
export interface PositionPolicy {
  readonly max_positions: number;
  /** The same for a signal of at least `confident_from`. */
  readonly max_positions_confident: number;
  readonly confident_from: number;
  /** Wait after an entry before the next one while nothing is held, and while something is. */
  readonly cooldown_seconds: number;
  readonly cooldown_with_positions_seconds: number;
}
