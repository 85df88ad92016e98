import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import type { DatasetFile } from '../../shared/domain/datasets/manifest.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureNames, featureUid } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { LABEL_COLUMNS, type LabelRow } from '../../shared/domain/labels/label-row.ts';
import { labelTable } from '../../shared/domain/labels/label-table.ts';
import { featuresKey, labelsKey } from '../../shared/domain/lake/paths.ts';
import { DAY_MS, istMs, utcIso, weekdayOf } from '../../shared/domain/market/indian-time.ts';
import { RandomStream } from '../../simulator/random.ts';
import { folderStore } from './folder-store.ts';

export const RETRAIN_DATE = '2025-12-31';
const SESSION_ROWS = 375;
const OPEN_MINUTE = 555;
const HORIZON = 15;
const BARRIER = 0.0008;
const SEED = 12;
const CONTENTS = 'files.json';
const NAMES = featureNames(TRACKER_V2);
/** Features that know a little of the next quarter of an hour: an edge as small as a real one. */
const KNOWING = ['price_roc_15m', 'pcr_total_oi', 'vix'].map((name) => NAMES.indexOf(name));
const VOLATILITY = NAMES.indexOf('realized_vol_5m');
const EDGE = 0.0001;

/** The dataset files of one exchange's last sessions, a feature and a label file each, kept in the folder from run to run. */
export async function retrainLake(folder: string, sessions: number): Promise<readonly DatasetFile[]> {
  const contents = join(folder, CONTENTS);
  if (existsSync(contents)) return JSON.parse(await readFile(contents, 'utf8'));
  const lake = lakeFiles(folderStore(folder), hyparquetCodec);
  const files: DatasetFile[] = [];
  for (const date of weekdays(sessions)) {
    const { features, labels } = session(date);
    const day = { exchange: 'NSE', date, rows: SESSION_ROWS, source_sha256: null } as const;
    const ofFeatures = await lake.write(featureTable(features, NAMES), (sha256) =>
      featuresKey(TRACKER_V2.id, 'NSE', date, sha256),
    );
    const ofLabels = await lake.write(labelTable(labels), (sha256) =>
      labelsKey(LABEL_SET_ID, 'NSE', date, sha256),
    );
    files.push({ ...day, ...ofFeatures, kind: 'features' }, { ...day, ...ofLabels, kind: 'labels' });
  }
  await writeFile(`${contents}.part`, JSON.stringify(files));
  await rename(`${contents}.part`, contents);
  return files;
}

function weekdays(count: number): string[] {
  const dates: string[] = [];
  for (let ms = Date.parse(RETRAIN_DATE); dates.length < count; ms -= DAY_MS) {
    const date = utcIso(ms).slice(0, 10);
    if (weekdayOf(date) <= 5) dates.push(date);
  }
  return dates.reverse();
}

/** A walk in calm and wild hours whose drift follows a few of the features; the others wander. */
function session(date: string): { features: FeatureRow[]; labels: LabelRow[] } {
  const stream = new RandomStream(SEED, date);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
  const state = Float64Array.from(NAMES, () => normal());
  const prices = new Float64Array(SESSION_ROWS);
  let price = 26_000;
  let isWild = stream.uniform() < 0.3;
  const features = Array.from(prices, (_, minute): FeatureRow => {
    if (stream.uniform() < 0.01) isWild = !isWild;
    for (let at = 0; at < state.length; at++) state[at] = 0.97 * state[at]! + 0.24 * normal();
    const pull = Math.tanh(KNOWING.reduce((sum, at) => sum + state[at]!, 0) * (isWild ? 1 : -0.5));
    price *= 1 + (isWild ? 0.0005 : 0.0002) * normal() + EDGE * pull;
    prices[minute] = price;
    const timestamp = utcIso(istMs(date, OPEN_MINUTE + minute));
    const uid = featureUid('NSE', timestamp, TRACKER_V2.id);
    const values = state.map((value, at) => (at % 9 === 8 && stream.uniform() < 0.3 ? Number.NaN : value));
    values[VOLATILITY] = (isWild ? 0.15 : 0.06) * (0.8 + 0.4 * stream.uniform());
    const received = { timestamp, received_at: timestamp, recorded_at: timestamp };
    return {
      ...{ uid, ...received, exchange: 'NSE', feature_set: TRACKER_V2.id, snapshot_id: uid.slice(-32) },
      ...{ underlying_price: price, values, quality_flags: [] },
    };
  });
  return { features, labels: features.map((row, minute) => label(row, prices, minute)) };
}

/** The triple barrier; null where the session ends before the horizon. */
function label({ uid, timestamp }: FeatureRow, prices: Float64Array, minute: number): LabelRow {
  const cells = LABEL_COLUMNS.map((name): [string, null] => [name, null]);
  const row = { uid, timestamp, ...Object.fromEntries(cells) };
  if (minute + HORIZON >= prices.length) return row as unknown as LabelRow;
  for (let ahead = 1; ahead <= HORIZON; ahead++) {
    const moved = prices[minute + ahead]! / prices[minute]! - 1;
    if (Math.abs(moved) > BARRIER)
      return { ...row, target: Math.sign(moved), minutes_to_hit: ahead } as unknown as LabelRow;
  }
  return { ...row, target: 0, minutes_to_hit: HORIZON } as unknown as LabelRow;
}
