import type { FeatureRow } from '../features/feature-row.ts';
import { featureUid } from '../features/feature-set.ts';
import { featureValue } from './drivers.ts';
import { type GivenAs, type GivenState, givenStateSchema } from './given-state.ts';
import type { FeatureValue, Recommendation } from './recommendation.ts';
import type { RegimeBefore, ScoredFeatures } from './signal.ts';

/** What only the record of an answer on a posted vector has. */
export interface Given {
  /** By feature name; a missing value is left out, an infinite one is a word. */
  readonly given_features: Record<string, FeatureValue>;
  readonly given_state: GivenState;
}

/** What a record keeps of a posted vector. Example: `given_features` is `{ vix: 11.2, pcr_total_oi: 'Infinity' }`. */
export function givenOf(
  as: GivenAs,
  { names, values, qualityFlags }: ScoredFeatures,
  before: RegimeBefore | null,
): Given {
  const given_features: Record<string, FeatureValue> = {};
  for (const [at, name] of names.entries()) {
    const value = featureValue(values[at] as number);
    if (value !== null) given_features[name] = value;
  }
  const regime = before && { state: before.state && [...before.state], rows: before.rows };
  return {
    given_features,
    given_state: givenStateSchema.parse({ as, quality_flags: qualityFlags, regime }),
  };
}

/** A posted vector out of its record, with what it was scored by. */
export interface GivenVector {
  readonly vector: FeatureRow;
  readonly as: GivenAs;
  /** Undefined where no model was asked. */
  readonly before: RegimeBefore | undefined;
}

/** The vector that an answer was given on, in the order of `names`; undefined for an answer on none that was posted. */
export function givenVector(
  recorded: Recommendation,
  set: string,
  names: readonly string[],
): GivenVector | undefined {
  const { given_features, given_state, exchange, timestamp, received_at, recorded_at } = recorded;
  if (given_features === undefined || given_state === undefined) return undefined;
  const values = Float64Array.from(names, (name) => Number(given_features[name] ?? Number.NaN));
  const { as, quality_flags, regime } = given_state;
  const times = { timestamp, received_at, recorded_at };
  const vector = postedRow({ exchange, set, ...times, values, quality_flags });
  return { vector, as, before: regime ?? undefined };
}

/** The feature row that a posted vector stands for: it belongs to no snapshot. */
export function postedRow({
  set,
  ...row
}: Pick<FeatureRow, 'exchange' | 'timestamp' | 'received_at' | 'recorded_at' | 'values' | 'quality_flags'> & {
  readonly set: string;
  readonly underlying_price?: number;
}): FeatureRow {
  const uid = featureUid(row.exchange, row.timestamp, set);
  return { underlying_price: 0, ...row, uid, feature_set: set, snapshot_id: '' };
}
