import { loadBundle } from '../../models/candidate/load.ts';
import { trainCandidate } from '../../models/candidate/train.ts';
import { lightGbmFamily } from '../../models/lightgbm/family.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureNames, featureUid } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { HORIZONS, LABEL_COLUMNS, type LabelRow } from '../../shared/domain/labels/label-row.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { NO_LABEL } from '../../shared/domain/training/classes.ts';
import type { TrainingPolicy } from '../../shared/domain/training/training-policy.ts';
import type { Candidate, CandidateInput } from '../../shared/ports/model-trainer.ts';
import { type MarketShape, marketRows } from './market-rows.ts';
import { libraryFolder, WORKER_FILE } from './native-libraries.ts';

export const TRACKER_NAMES = featureNames(TRACKER_V2);

/** Small and quick, and still with an edge to find. */
export const TINY_TRAINING = { rounds: 30, exactnessRows: 200, parameters: { min_data_in_leaf: 20 } };
export const TINY_POLICY: TrainingPolicy = {
  schema: 1,
  targets: ['tb15'],
  family: 'lightgbm',
  parameters: {
    lightgbm: TINY_TRAINING.parameters,
    xgboost: { min_child_weight: 2 },
    linear: {},
    stacked: { 'lightgbm.min_data_in_leaf': 20 },
  },
  recency_half_life_sessions: null,
  per_regime: false,
  search: { configurations: 1, rivals: [], budget_seconds: 60, least_sessions: 0 },
  combinatorial: null,
  distilled: null,
  job_above: { rows: 1_000_000, budget_seconds: 1000 },
};

/** The market of `marketRows` under the names of the tracker's feature set, in its order. */
export function trackerMarket(shape: Partial<MarketShape> = {}): CandidateInput {
  const width = TRACKER_NAMES.length;
  const market = marketRows({
    sessions: 9,
    rowsPerSession: 100,
    edge: 0.7,
    seed: 5,
    ...shape,
    features: width,
  });
  const ours = market.featureNames.filter((name) => TRACKER_NAMES.includes(name));
  const free = TRACKER_NAMES.filter((name) => !ours.includes(name));
  const renamed = market.featureNames.map((name) => (ours.includes(name) ? name : free.shift()!));
  const source = TRACKER_NAMES.map((name) => renamed.indexOf(name));
  const features = market.features.map((_, at, all) => all[at - (at % width) + source[at % width]!]!);
  return { ...market, featureSet: TRACKER_V2.id, featureNames: TRACKER_NAMES, features };
}

/** Feature rows of a market as the lake and the window hold them, moved in time by `shiftMs`. */
export function featureRows(market: CandidateInput, shiftMs = 0): FeatureRow[] {
  const width = market.featureNames.length;
  return Array.from(market.timestampsMs, (ms, at) => {
    const timestamp = utcIso(ms + shiftMs);
    return {
      uid: featureUid('NSE', timestamp, TRACKER_V2.id),
      timestamp,
      received_at: timestamp,
      recorded_at: timestamp,
      exchange: 'NSE',
      feature_set: TRACKER_V2.id,
      snapshot_id: `snapshot-${at}`,
      underlying_price: market.prices![at]!,
      values: market.features.slice(at * width, (at + 1) * width),
      quality_flags: [],
    };
  });
}

/** The label rows of a market's feature rows: the triple barrier, and no forward returns. */
export function labelRows(market: CandidateInput): LabelRow[] {
  const none = LABEL_COLUMNS.map((name) => [name, null]);
  return featureRows(market).map(({ uid, timestamp }, at) => {
    const labelled = market.targets[at] !== NO_LABEL;
    return {
      uid,
      timestamp,
      ...Object.fromEntries(none),
      target: labelled ? market.targets[at] : null,
      minutes_to_hit: labelled ? market.labelSpanMinutes[at] : null,
    } as LabelRow;
  });
}

/** All labels of a market that rest on its price alone: both barriers, returns and directions. */
export function priceLabelRows(market: CandidateInput): LabelRow[] {
  const prices = market.prices!;
  const ahead = (row: number, minutes: number) =>
    market.sessions[row + minutes] === market.sessions[row]
      ? prices[row + minutes]! / prices[row]! - 1
      : null;
  return labelRows(market).map((label, row) => {
    const returns = HORIZONS.map((minutes) => ({ minutes, value: ahead(row, minutes) }));
    return {
      ...label,
      ...Object.fromEntries(
        returns.flatMap(({ minutes, value }) => [
          [`return_${minutes}`, value],
          [`direction_${minutes}`, value === null ? null : Math.sign(value)],
        ]),
      ),
      session_target: label.target,
      session_minutes_to_hit: label.minutes_to_hit,
    } as LabelRow;
  });
}

/** A candidate that was really trained on a market, in about two seconds. */
export async function trainedCandidate(input: CandidateInput): Promise<Candidate> {
  const family = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
  try {
    return await trainCandidate({ ...input, options: TINY_TRAINING }, { family, openSession });
  } finally {
    await family.close();
  }
}

/** The bundle as scoring opens it. */
export const openFiles = (files: ReadonlyMap<string, Uint8Array>) => loadBundle(files, openSession);
