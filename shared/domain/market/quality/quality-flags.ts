import { type QualityRule, qualityContext } from './context.ts';
import { QUALITY_FLAGS, type QualityFinding, type QualityFlag } from './finding.ts';
import type { QualitySnapshot } from './observed.ts';
import type { QualityPolicy } from './quality-policy.ts';
import { clockSkew } from './rules/clock-skew.ts';
import { crossedQuotes } from './rules/crossed-quotes.ts';
import { droppedSide } from './rules/dropped-side.ts';
import { duplicatedMinute } from './rules/duplicated-minute.ts';
import { frozenOi } from './rules/frozen-oi.ts';
import { futureBasisOutOfRange } from './rules/future-basis-out-of-range.ts';
import { lockedZeroQuotes } from './rules/locked-zero-quotes.ts';
import { minuteGap } from './rules/minute-gap.ts';
import { missingStrikes } from './rules/missing-strikes.ts';
import { oiContradictsChange } from './rules/oi-contradicts-change.ts';
import { outOfSession } from './rules/out-of-session.ts';
import { priceOutOfBounds } from './rules/price-out-of-bounds.ts';
import { putCallParityBroken } from './rules/put-call-parity-broken.ts';
import { spotFrozen } from './rules/spot-frozen.ts';
import { spotJump } from './rules/spot-jump.ts';
import { staleLastPrice } from './rules/stale-last-price.ts';
import { staleQuotes } from './rules/stale-quotes.ts';
import { vixFrozen } from './rules/vix-frozen.ts';
import { vixMissing } from './rules/vix-missing.ts';
import { volumeFalling } from './rules/volume-falling.ts';
import { wrongExpiry } from './rules/wrong-expiry.ts';
import { wrongUnit } from './rules/wrong-unit.ts';
import type { QualityTerms } from './terms.ts';

/** The rules by their flag. */
export const QUALITY_RULES: Readonly<Record<QualityFlag, QualityRule>> = {
  out_of_session: outOfSession,
  clock_skew: clockSkew,
  duplicated_minute: duplicatedMinute,
  minute_gap: minuteGap,
  wrong_expiry: wrongExpiry,
  wrong_unit: wrongUnit,
  missing_strikes: missingStrikes,
  dropped_side: droppedSide,
  spot_jump: spotJump,
  spot_frozen: spotFrozen,
  future_basis_out_of_range: futureBasisOutOfRange,
  vix_missing: vixMissing,
  vix_frozen: vixFrozen,
  crossed_quotes: crossedQuotes,
  locked_zero_quotes: lockedZeroQuotes,
  stale_quotes: staleQuotes,
  stale_last_price: staleLastPrice,
  price_out_of_bounds: priceOutOfBounds,
  put_call_parity_broken: putCallParityBroken,
  frozen_oi: frozenOi,
  oi_contradicts_change: oiContradictsChange,
  volume_falling: volumeFalling,
};

/**
 * Everything that is wrong with a snapshot, in the order of QUALITY_FLAGS, each flag at most once; empty for a clean
 * one. `history` is what came before it, by rising time; what is of another exchange or session or older than the
 * policy's window is ignored. Snapshots must not be changed afterwards.
 * Example: `qualityFlags(snapshot, window, qualityTerms(date, rules), qualityPolicy()).map(({ flag }) => flag)`.
 */
export function qualityFlags(
  snapshot: QualitySnapshot,
  history: readonly QualitySnapshot[],
  terms: QualityTerms,
  policy: QualityPolicy,
): QualityFinding[] {
  const context = qualityContext(snapshot, history, terms, policy);
  return QUALITY_FLAGS.map((flag) => QUALITY_RULES[flag](context)).filter((finding) => finding !== null);
}
