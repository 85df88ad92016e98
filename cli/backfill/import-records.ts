import { TABLES } from '../../shared/adapters/csv/file-kind.ts';
import { readTable } from '../../shared/adapters/csv/table-file.ts';
import { readJsonLines } from '../../shared/adapters/json/json-lines-file.ts';
import {
  type ImportedKind,
  type ImportedRecord,
  importedKey,
  parseRecord,
  RECOMMENDATION_LOG,
  RECORD_SKIP_REASONS,
  recordDays,
  recordTable,
} from '../../shared/domain/audit/imported-records.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureRowsOf, featureTable } from '../../shared/domain/features/feature-table.ts';
import {
  IMPORTED_SET_ID,
  ML_FEATURES,
  ML_SKIP_REASONS,
  parseMlFeatures,
} from '../../shared/domain/features/import-ml-features.ts';
import { TRACKER_V2_NAMES } from '../../shared/domain/features/tracker-v2/names.ts';
import { featuresKey } from '../../shared/domain/lake/paths.ts';
import { epochMs, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { Output } from '../output.ts';
import type { BackfillPlan } from './plan.ts';
import { showSkipped } from './show.ts';

/** Where imported records are kept. */
export interface RecordStore {
  readonly lake: LakeFiles;
  readonly registry: BatchRegistry;
  readonly clock: Clock;
}

/** What became of one file of records. */
export interface RecordReport {
  readonly file: string;
  readonly table: string;
  readonly rows: number;
  readonly used: number;
  /** Lake files that hold them now. */
  readonly paths: readonly string[];
}

const WORDS = {
  ...ML_SKIP_REASONS,
  ...RECORD_SKIP_REASONS,
  cut_off: 'the last line, which has no end yet',
};

/**
 * Keeps what the tracker itself computed, recommended and traded, apart from what is ours: features as the set
 * `tracker-v2-imported`, the rest below `imported/`. Written twice, it is the same file.
 */
export async function importRecords(
  store: RecordStore,
  { file, table }: BackfillPlan['records'][number],
  output: Output,
): Promise<RecordReport> {
  const { total, used, skipped, paths } =
    table === 'ml_features' ? await importFeatures(store, file) : await importLog(store, file, table);
  output.line(`${file}: ${table}, ${total} rows, ${used} kept in ${paths.length} files of the lake`);
  showSkipped(skipped, WORDS, output);
  return { file, table, rows: total, used, paths };
}

async function importLog(
  { lake }: RecordStore,
  file: string,
  table: 'paper_trading_metrics' | 'recommendation_log',
) {
  const { rows, total, skipped } =
    table === 'recommendation_log'
      ? await readJsonLines(file, RECOMMENDATION_LOG, parseRecord)
      : await readTable(file, TABLES[table], parseRecord);
  const kind: ImportedKind = table === 'recommendation_log' ? 'recommendations' : table;
  const paths: string[] = [];
  for (const day of recordDays(rows as ImportedRecord[])) {
    const keyOf = (sha256: string) => importedKey(kind, day.exchange, day.date, sha256);
    paths.push((await lake.write(recordTable(day.records), keyOf)).path);
  }
  return { total, used: rows.length, skipped, paths };
}

async function importFeatures(store: RecordStore, file: string) {
  const { rows, total, skipped } = await readTable(file, ML_FEATURES, parseMlFeatures);
  const recorded_at = utcIso(store.clock());
  const days = Map.groupBy(rows, (row) => `${sessionDate(epochMs(row.timestamp))} ${row.exchange}`);
  const paths: string[] = [];
  for (const [key, day] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    paths.push(
      await keepFeatureDay(
        store,
        key.slice(0, 10),
        day.map((row) => ({ ...row, recorded_at })),
      ),
    );
  }
  return { total, used: rows.length, skipped, paths };
}

/** A day that came before stays, but for the moments that come again. */
async function keepFeatureDay(
  { lake, registry, clock }: RecordStore,
  date: string,
  rows: readonly FeatureRow[],
): Promise<string> {
  const { exchange } = rows[0]!;
  const before = await registry.dayFile('features', IMPORTED_SET_ID, exchange, date);
  const known = before === undefined ? [] : featureRowsOf(await lake.read(before), TRACKER_V2_NAMES);
  const all = new Map(known.map((row) => [row.uid, row]));
  const news = rows.filter((row) => !sameValues(row, all.get(row.uid)));
  if (before !== undefined && news.length === 0) return before.path;
  for (const row of news) all.set(row.uid, row);
  const day = [...all.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  const keyOf = (sha256: string) => featuresKey(IMPORTED_SET_ID, exchange, date, sha256);
  const file = await lake.write(featureTable(day, TRACKER_V2_NAMES), keyOf);
  await registry.switchDayFile({
    ...{ kind: 'features', set: IMPORTED_SET_ID, exchange, date, ...file, rows: day.length },
    ...{ source_sha256: null, batch_ids: [], parity: null, created_at: utcIso(clock()) },
    last_recorded_at: day
      .map((row) => row.recorded_at)
      .sort()
      .at(-1)!,
    revision: (before?.revision ?? 0) + 1,
  });
  return file.path;
}

function sameValues(row: FeatureRow, before: FeatureRow | undefined): boolean {
  return before !== undefined && row.values.every((value, index) => Object.is(value, before.values[index]));
}
