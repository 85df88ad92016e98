import { moments } from '../../stats/moments.ts';
import type { FeatureReference } from '../scoring/reference.ts';

/** Live values of one feature in the bins of its reference; shares of all rows, NaN and infinities in their own. */
export interface LiveProfile {
  readonly rows: number;
  /** Of the finite values; null when there are none. */
  readonly mean: number | null;
  readonly fractions: readonly number[];
  readonly missing: number;
  readonly positive_infinity: number;
  readonly negative_infinity: number;
}

/** Counts live values into the reference's bins: bin i holds edges[i-1] < v <= edges[i]. */
export function liveProfile(values: ArrayLike<number>, reference: FeatureReference): LiveProfile {
  const { edges } = reference;
  const counts = new Array<number>(edges.length + 1).fill(0);
  const finite: number[] = [];
  let missing = 0;
  let above = 0;
  let below = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) missing++;
    else if (value === Number.POSITIVE_INFINITY) above++;
    else if (value === Number.NEGATIVE_INFINITY) below++;
    else {
      finite.push(value);
      const bin = binOf(value, edges);
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  const rows = values.length;
  const share = (count: number) => (rows === 0 ? 0 : count / rows);
  return {
    rows,
    mean: finite.length === 0 ? null : moments(finite).mean,
    fractions: counts.map(share),
    missing: share(missing),
    positive_infinity: share(above),
    negative_infinity: share(below),
  };
}

/** All shares in one list: the finite bins, then missing, +Infinity, -Infinity. */
export function allShares(
  profile: Pick<LiveProfile, 'fractions' | 'missing' | 'positive_infinity' | 'negative_infinity'>,
): number[] {
  return [...profile.fractions, profile.missing, profile.positive_infinity, profile.negative_infinity];
}

function binOf(value: number, edges: readonly number[]): number {
  const bin = edges.findIndex((edge) => value <= edge);
  return bin < 0 ? edges.length : bin;
}
