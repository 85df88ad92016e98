import * as z from 'zod';
import { QUALITY_FLAGS } from './finding.ts';

const minutes = z.number().positive();
const seconds = z.number().nonnegative();
const share = z.number().positive().max(1);
const legs = z.int().positive();

/** How long a value may stand still: minutes, and how many earlier snapshots must have shown the same. */
const stillness = { minutes, snapshots: z.int().positive() };

/** Thresholds of the quality rules (`config/quality.json`), one section per rule that has any. */
export const qualityPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** Flags that make a recommendation HOLD: the numbers are not those of this market now. The others are shown. */
  blocking: z.array(z.enum(QUALITY_FLAGS)).readonly(),
  /** How far back of a session the rules look. */
  history_minutes: minutes,
  /** At most this many ladder strikes may lack a leg. */
  missing_strikes: z.strictObject({ allowed: z.int().nonnegative() }),
  /** A side is dropped when it has at most this share of the legs that the other has. */
  dropped_side: z.strictObject({ share: z.number().nonnegative().max(1) }),
  frozen_oi: z.strictObject(stillness),
  /** OI is published late: volume counts from this long before; rounding to lots is forgiven. */
  oi_contradicts_change: z.strictObject({ lag_minutes: minutes, slack_lots: z.number().nonnegative(), legs }),
  volume_falling: z.strictObject({ legs }),
  crossed_quotes: z.strictObject({ legs }),
  locked_zero_quotes: z.strictObject({ legs }),
  /** Share of the quoted legs whose bid and ask both stood still. */
  stale_quotes: z.strictObject({ ...stillness, share }),
  /**
   * How far the last price may lie outside the quote, in spreads or as a share of the price, whichever is more; and
   * where nothing is quoted, how long a price of at least `least_rupees` may stand still while the leg trades.
   */
  stale_last_price: z.strictObject({
    ...stillness,
    spreads: z.number().positive(),
    share,
    least_rupees: z.number().nonnegative(),
    legs,
  }),
  /** Highest interest rate a year (percent) and room in shares of the underlying's price. */
  price_out_of_bounds: z.strictObject({ rate_pct: z.number().nonnegative(), share, legs }),
  /** Room around the median forward, as a share of the underlying's price, by what prices there are. */
  put_call_parity_broken: z.strictObject({
    quoted_share: share,
    last_price_share: share,
    strikes: z.int().min(3),
  }),
  /** Move in one minute, as a share; longer distances allow its square-root-of-time multiple. */
  spot_jump: z.strictObject({ share }),
  spot_frozen: z.strictObject(stillness),
  /** Premium of the future over the underlying, in percent. */
  future_basis_out_of_range: z.strictObject({ least_pct: z.number(), most_pct: z.number() }),
  vix_frozen: z.strictObject(stillness),
  /** How far a timestamp may lie ahead of and behind its receipt. */
  clock_skew: z.strictObject({ ahead_seconds: seconds, behind_seconds: seconds }),
  minute_gap: z.strictObject({ seconds: z.number().positive() }),
  /** Share of the legs whose amounts are no whole number of lots, and the least legs to judge by. */
  wrong_unit: z.strictObject({ share, legs }),
});
export type QualityPolicy = z.infer<typeof qualityPolicySchema>;
