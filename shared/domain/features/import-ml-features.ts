import {
  type FieldReader,
  momentOf,
  numberOf,
  type TableShape,
  wrongField,
} from '../market/import/table-shape.ts';
import { utcIso } from '../market/indian-time.ts';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';
import type { FeatureRow } from './feature-row.ts';
import { featureUid } from './feature-set.ts';
import { TRACKER_V2_NAMES, type TrackerV2Name } from './tracker-v2/names.ts';

/**
 * The set that the tracker's own stored features are kept as: the 78 names of tracker-v2 as it computed them, apart
 * from ours, for comparison and for datasets of before.
 */
export const IMPORTED_SET_ID = 'tracker-v2-imported';
/** In `quality_flags` of every such row. */
export const IMPORTED = 'imported';

type MlField = 'timestamp' | 'exchange' | 'underlying_price' | 'payload' | TrackerV2Name;

/** The tracker's table `ml_features`: a column a feature, or all of them as JSON in one. */
export const ML_FEATURES: TableShape<MlField> = {
  table: 'ml_features',
  columns: {
    timestamp: { names: ['timestamp', 'time'], required: true },
    exchange: { names: ['exchange'], required: true },
    underlying_price: { names: ['underlying_price', 'spot', 'spot_price'] },
    payload: { names: ['feature_payload', 'features', 'features_json', 'payload'] },
    ...(Object.fromEntries(TRACKER_V2_NAMES.map((name) => [name, { names: [name] }])) as Record<
      TrackerV2Name,
      { names: string[] }
    >),
  },
  // A chain export shares the first columns: the features that only this table has tell it apart.
  oneOf: ['payload', 'pcr_total_oi', 'net_gamma_exposure', 'price_zscore_5'],
};

/** Why a row of the table gave no feature row. */
export const ML_SKIP_REASONS = {
  other_exchange: 'an exchange that is none of ours',
  no_feature: 'no value of any of the 78 features',
} as const;
export type MlSkipReason = keyof typeof ML_SKIP_REASONS;

/** Reads one row; a feature that the tracker did not store is missing (NaN). Throws RejectedInput naming the field. */
export function parseMlFeatures(field: FieldReader<MlField>): FeatureRow | MlSkipReason {
  const timestampMs = momentOf('timestamp', field('timestamp'));
  const exchange = exchangeSchema.safeParse(field('exchange').trim());
  if (!exchange.success) return 'other_exchange';
  const payload = payloadOf(field('payload'));
  const values = Float64Array.from(TRACKER_V2_NAMES, (name) => featureOf(name, field(name), payload[name]));
  if (values.every(Number.isNaN)) return 'no_feature';
  return rowOf(
    exchange.data,
    utcIso(timestampMs),
    values,
    numberOf('underlying_price', field('underlying_price')),
  );
}

function rowOf(
  exchange: Exchange,
  timestamp: string,
  values: Float64Array,
  price: number | null,
): FeatureRow {
  return {
    uid: featureUid(exchange, timestamp, IMPORTED_SET_ID),
    ...{ timestamp, received_at: timestamp, recorded_at: timestamp, exchange },
    feature_set: IMPORTED_SET_ID,
    snapshot_id: '',
    underlying_price: price ?? Number.NaN,
    values,
    quality_flags: [IMPORTED],
  };
}

const INFINITE: Readonly<Record<string, number>> = {
  ...{ inf: Number.POSITIVE_INFINITY, infinity: Number.POSITIVE_INFINITY },
  ...{ '-inf': Number.NEGATIVE_INFINITY, '-infinity': Number.NEGATIVE_INFINITY },
};
const FLAGS: Readonly<Record<string, number>> = { true: 1, false: 0, t: 1, f: 0 };

function featureOf(name: string, text: string, value: unknown): number {
  const given = text.trim() === '' ? String(value ?? '') : text;
  const word = given.trim().toLowerCase();
  return INFINITE[word] ?? FLAGS[word] ?? numberOf(name, given) ?? Number.NaN;
}

/** Python writes NaN and Infinity into its JSON, bare. */
function payloadOf(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  const json = text.replaceAll(/(?<=[:\s,[])(-?Infinity|NaN)(?=\s*[,}\]])/g, '"$1"');
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as object as never;
  } catch {
    // Said below, in the words of a field.
  }
  throw wrongField('feature_payload', 'a JSON object of features', text);
}
