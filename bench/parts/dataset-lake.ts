import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureNames, featureUid } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { LABEL_COLUMNS, type LabelRow } from '../../shared/domain/labels/label-row.ts';
import { labelTable } from '../../shared/domain/labels/label-table.ts';
import { featuresKey, labelsKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import { DAY_MS, istMs, utcIso, weekdayOf } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { RandomStream } from '../../simulator/random.ts';
import { folderStore } from './folder-store.ts';

export const DATASET_DATE = '2025-12-31';
export const SESSIONS = 250;
export const SESSION_ROWS = 375;
const OPEN_MINUTE = 555;
const SEED = 5;
export const LAKE_CONTENTS = 'day-files.json';

/** Registry rows of the day files of a generated lake. */
export type DatasetLake = readonly DayFileRow[];

/**
 * The last `sessions` weekdays up to the date, four exchanges, a feature and a label file each, written through the
 * lake's codec into the folder unless they lie there from a run before.
 */
export async function datasetLake(
  folder: string,
  sessions = SESSIONS,
  onDay: (done: number, total: number) => void = () => {},
): Promise<DatasetLake> {
  const contents = join(folder, LAKE_CONTENTS);
  if (existsSync(contents)) return JSON.parse(await readFile(contents, 'utf8'));
  const rows: DayFileRow[] = [];
  for (const date of weekdays(sessions)) {
    for (const exchange of EXCHANGES) rows.push(...(await writeDay(folder, exchange, date)));
    onDay(rows.length / 2, sessions * EXCHANGES.length);
  }
  await writeFile(`${contents}.part`, JSON.stringify(rows));
  await rename(`${contents}.part`, contents);
  return rows;
}

function weekdays(count: number): string[] {
  const dates: string[] = [];
  for (let ms = Date.parse(DATASET_DATE); dates.length < count; ms -= DAY_MS) {
    const date = utcIso(ms).slice(0, 10);
    if (weekdayOf(date) <= 5) dates.push(date);
  }
  return dates.reverse();
}

async function writeDay(folder: string, exchange: Exchange, date: string): Promise<DayFileRow[]> {
  const lake = lakeFiles(folderStore(folder), hyparquetCodec);
  const { features, labels } = generatedDay(exchange, date);
  const featureFile = await lake.write(featureTable(features, featureNames(TRACKER_V2)), (sha256) =>
    featuresKey(TRACKER_V2.id, exchange, date, sha256),
  );
  const labelFile = await lake.write(labelTable(labels), (sha256) =>
    labelsKey(LABEL_SET_ID, exchange, date, sha256),
  );
  const row = { exchange, date, rows: SESSION_ROWS, revision: 1, parity: null, batch_ids: [] };
  const times = { last_recorded_at: utcIso(istMs(date, 960)), created_at: utcIso(istMs(date, 970)) };
  const source_sha256 = featureFile.sha256;
  return [
    { ...row, ...times, ...featureFile, kind: 'features', set: TRACKER_V2.id, source_sha256 },
    { ...row, ...times, ...labelFile, kind: 'labels', set: LABEL_SET_ID, source_sha256 },
  ] as DayFileRow[];
}

/** A session of random walks: some features change each minute, some seldom, some are often missing. */
function generatedDay(exchange: Exchange, date: string): { features: FeatureRow[]; labels: LabelRow[] } {
  const stream = new RandomStream(SEED, `${exchange} ${date}`);
  const random = () => stream.uniform();
  const width = TRACKER_V2.catalogue.length;
  const state = Float64Array.from({ length: width }, () => 100 * random());
  const features: FeatureRow[] = [];
  const labels: LabelRow[] = [];
  for (let minute = 0; minute < SESSION_ROWS; minute++) {
    const timestamp = utcIso(istMs(date, OPEN_MINUTE + minute));
    const uid = featureUid(exchange, timestamp, TRACKER_V2.id);
    for (let at = 0; at < width; at++) if (at % 4 !== 3 || minute % 15 === 0) state[at]! += random() - 0.5;
    const values = state.map((value, at) => (at % 9 === 8 && random() < 0.3 ? Number.NaN : value));
    features.push({
      ...{ uid, timestamp, received_at: timestamp, recorded_at: timestamp, exchange },
      ...{ feature_set: TRACKER_V2.id, snapshot_id: uid.slice(-32), underlying_price: 26_000 + state[0]! },
      ...{ values, quality_flags: [] },
    });
    const isLabelled = minute < SESSION_ROWS - 15;
    labels.push(generatedLabel(uid, timestamp, isLabelled, random));
  }
  return { features, labels };
}

function generatedLabel(uid: string, timestamp: string, isLabelled: boolean, random: () => number): LabelRow {
  const value = (name: string) => {
    if (!isLabelled) return null;
    if (name.endsWith('barrier_hit')) return 'time';
    if (/^direction|target$/.test(name)) return Math.floor(3 * random()) - 1;
    if (name.endsWith('minutes_to_hit')) return 1 + Math.floor(15 * random());
    return name.startsWith('oi_change') ? Math.floor(10_000 * random()) : random() - 0.5;
  };
  const cells = LABEL_COLUMNS.map((name) => [name, value(name)]);
  return { uid, timestamp, ...Object.fromEntries(cells) } as LabelRow;
}
