import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { labelTable } from '../../shared/domain/labels/label-table.ts';
import { chainTable, rawTable } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import { NotFound } from '../../shared/errors.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { SqlDatabase } from '../../shared/ports/sql-database.ts';
import { cachedFiles } from './file-cache.ts';
import { chainFiles, dayFiles, rawFiles } from './lake-files.ts';
import { type Lake, type LakeScope, setsOf } from './lake-sessions.ts';
import { OUTCOME_COLUMNS, RECOMMENDATION_COLUMNS, recordTable } from './record-tables.ts';
import { setView, type View } from './view-names.ts';
import { emptyView, filesView } from './view-statements.ts';

export interface ViewSources extends Lake {
  readonly recommendations: RecommendationStore;
  readonly database: SqlDatabase;
  /** Where fetched files are kept. */
  readonly cache: string;
  /** Told while files are being fetched. */
  readonly fetched: (done: number, total: number) => void;
}

/** A compaction may remove a micro-batch between the look at the registry and the fetch: then look again. */
const MAX_LOOKS = 5;

/** Makes one view (and those of its sets) over what is registered now. @returns how many files or records it shows. */
export async function loadView(sources: ViewSources, scope: LakeScope, view: View): Promise<number> {
  if (view === 'recommendations' || view === 'outcomes') return loadRecords(sources, scope, view);
  if (view === 'features' || view === 'labels') return loadSets(sources, scope, view);
  const filesOf = view === 'chain' ? chainFiles : rawFiles;
  const paths = await fetchRegistered(sources, () => filesOf(sources, scope));
  const empty = view === 'chain' ? chainTable([]) : rawTable([]);
  await sources.database.query(paths.length === 0 ? emptyView(view, empty) : filesView(view, paths));
  return paths.length;
}

async function loadSets(
  sources: ViewSources,
  scope: LakeScope,
  view: 'features' | 'labels',
): Promise<number> {
  const all: string[] = [];
  const columns = view === 'features' ? '* EXCLUDE ("set")' : '* RENAME ("set" AS label_set)';
  for (const set of setsOf(await sources.bucket.list(`${view}/`))) {
    const paths = await fetchRegistered(sources, () => dayFiles(sources, scope, view, set));
    if (paths.length > 0) await sources.database.query(filesView(setView(view, set), paths, columns));
    all.push(...paths);
  }
  await sources.database.query(all.length === 0 ? emptySets(view) : filesView(view, all, columns));
  return all.length;
}

function emptySets(view: 'features' | 'labels'): string {
  const features: ColumnTable = featureTable([], featureNames(TRACKER_V2));
  if (view === 'features') return emptyView(view, features);
  return emptyView(view, labelTable([]), ['exchange', 'label_set']);
}

async function fetchRegistered(
  { bucket, cache, fetched }: ViewSources,
  registered: () => Promise<LakeFile[]>,
): Promise<string[]> {
  for (let look = 1; ; look++) {
    try {
      return await cachedFiles(bucket, cache, await registered(), fetched);
    } catch (error) {
      if (!(error instanceof NotFound) || look === MAX_LOOKS) throw error;
    }
  }
}

async function loadRecords(
  { database, recommendations: store, cache }: ViewSources,
  { exchanges, sessions }: LakeScope,
  view: 'recommendations' | 'outcomes',
): Promise<number> {
  const days = sessions.flatMap((date) => exchanges.map((exchange) => ({ exchange, date })));
  const isOutcomes = view === 'outcomes';
  const found = await Promise.all(
    days.map(
      ({ exchange, date }): Promise<object[]> =>
        isOutcomes ? store.outcomesOfDay(exchange, date) : store.ofDay(exchange, date),
    ),
  );
  const records = found.flat();
  await recordTable(database, cache, view, isOutcomes ? OUTCOME_COLUMNS : RECOMMENDATION_COLUMNS, records);
  return records.length;
}
