import type { FeatureValue } from '../../shared/domain/scoring/recommendation.ts';
import { featureRows, TRACKER_NAMES, trackerMarket } from '../../test/factories/tracker-market.ts';

/** What a tracker posts when it has a ready feature vector. */
export interface PostedVector {
  readonly exchange: 'NSE';
  readonly timestamp: string;
  readonly features: Readonly<Record<string, FeatureValue>>;
}

const ROWS_PER_SESSION = 200;

/** Feature rows that the served model has not seen, no two alike, with the gaps and infinities of real ones. */
export function unseenRows(count: number, seed = 91): Float64Array[] {
  const sessions = Math.ceil(count / ROWS_PER_SESSION);
  const market = trackerMarket({ sessions, rowsPerSession: ROWS_PER_SESSION, seed });
  return featureRows(market)
    .slice(0, count)
    .map(({ values }) => values);
}

/** The rows as they are posted, all taken at one moment. */
export function postedVectors(rows: readonly Float64Array[], timestamp: string): PostedVector[] {
  return rows.map((values) => ({
    exchange: 'NSE',
    timestamp,
    features: Object.fromEntries(TRACKER_NAMES.map((name, at) => [name, inJson(values[at] as number)])),
  }));
}

function inJson(value: number): FeatureValue {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}
