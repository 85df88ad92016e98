import type { Leg } from '../snapshot.ts';

export type PricedLeg = Pick<Leg, 'strike' | 'option_type' | 'ltp' | 'best_bid' | 'best_ask'>;

export interface ParityForward {
  /** Index points. */
  readonly forward: number;
  /** Strikes whose call and put it rests on. */
  readonly strikes: number;
  /** Weighted median distance of the strikes' own forwards from their centre, index points; 0 for one strike. */
  readonly dispersion: number;
}

interface Estimate {
  readonly value: number;
  readonly weight: number;
}

/** Three standard deviations, from a median distance, if the noise is normal. */
const OUTLIER_DISTANCES = 3 * 1.4826;

/**
 * The forward that put-call parity reads from a ladder: strike + (call - put) / discount factor at each strike that
 * has both prices, `no_forward` when none has. A strike weighs twice the lesser price over their sum: 1 at the
 * money, near 0 far from it. Strikes further than three deviations from the weighted median are left out of the mean.
 *
 * @example parityForward(legs) // { forward: 26061.4, strikes: 11, dispersion: 0.8 }
 */
export function parityForward(legs: readonly PricedLeg[], discountFactor = 1): ParityForward | 'no_forward' {
  const estimates = estimatesOf(legs, discountFactor);
  if (estimates.length === 0) return 'no_forward';
  const centre = weightedMedian(estimates);
  const distances = estimates.map(({ value, weight }) => ({ value: Math.abs(value - centre), weight }));
  const dispersion = weightedMedian(distances);
  const kept = estimates.filter(({ value }) => Math.abs(value - centre) <= OUTLIER_DISTANCES * dispersion);
  return { forward: weightedMean(kept), strikes: kept.length, dispersion };
}

/**
 * What a leg is worth now: the middle of two positive quotes that do not cross, else the last traded price; null when
 * it has neither.
 */
export function legPrice({ ltp, best_bid: bid, best_ask: ask }: PricedLeg): number | null {
  if (bid !== null && ask !== null && bid > 0 && ask >= bid) return (bid + ask) / 2;
  return ltp !== null && ltp > 0 ? ltp : null;
}

function estimatesOf(legs: readonly PricedLeg[], discountFactor: number): Estimate[] {
  const puts = new Map(
    legs.filter(({ option_type }) => option_type === 'PE').map((leg) => [leg.strike, legPrice(leg)]),
  );
  return legs.flatMap((leg) => {
    const call = leg.option_type === 'CE' ? legPrice(leg) : null;
    const put = puts.get(leg.strike) ?? null;
    if (call === null || put === null) return [];
    const value = leg.strike + (call - put) / discountFactor;
    return value > 0 ? [{ value, weight: (2 * Math.min(call, put)) / (call + put) }] : [];
  });
}

/** The least value with at least half of the weight at or below it. */
function weightedMedian(estimates: readonly Estimate[]): number {
  const sorted = estimates.toSorted((a, b) => a.value - b.value);
  const half = sum(sorted) / 2;
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed >= half) return value;
  }
  return sorted.at(-1)!.value;
}

/** Around the first value, so that equal values give exactly that value. */
function weightedMean(estimates: readonly Estimate[]): number {
  const origin = estimates[0]!.value;
  const total = sum(estimates);
  return origin + estimates.reduce((part, { value, weight }) => part + (value - origin) * weight, 0) / total;
}

function sum(estimates: readonly Estimate[]): number {
  return estimates.reduce((total, { weight }) => total + weight, 0);
}
