import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { labelTable } from '../../shared/domain/labels/label-table.ts';
import { chainTable, rawTable } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import { NotFound } from '../../shared/errors.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import { cachedFiles } from './file-cache.ts';
import { dayFiles, snapshotFiles } from './lake-files.ts';
import { type Lake, type LakeScope, setsOf } from './lake-sessions.ts';
import { loadRecords, type RecordSources } from './load-records.ts';
import { isRecordView } from './record-tables.ts';
import { setView, type View } from './view-names.ts';
import { emptyView, filesView } from './view-statements.ts';

export interface ViewSources extends Lake, RecordSources {
  /** Told while files are being fetched. */
  readonly fetched: (done: number, total: number) => void;
}

/** A compaction may remove a micro-batch between the look at the registry and the fetch: then look again. */
const MAX_LOOKS = 5;

/**
 * Makes a view over what is registered now; `features` and `labels` bring the views of their sets with them, `raw` and
 * `chain` come together. @returns how many files or records the view shows.
 */
export async function loadView(sources: ViewSources, scope: LakeScope, view: View): Promise<number> {
  if (isRecordView(view)) return loadRecords(sources, scope, view);
  if (view === 'features' || view === 'labels') return loadSets(sources, scope, view);
  return fetchRegistered(async () => {
    const { chain, raw } = await snapshotFiles(sources, scope);
    await showFiles(sources, 'chain', chain, chainTable([]));
    await showFiles(sources, 'raw', raw, rawTable([]));
    return view === 'chain' ? chain.length : raw.length;
  });
}

async function showFiles(
  sources: ViewSources,
  view: 'chain' | 'raw',
  files: readonly LakeFile[],
  empty: ColumnTable,
): Promise<void> {
  const paths = await fetchFiles(sources, files);
  await sources.database.query(paths.length === 0 ? emptyView(view, empty) : filesView(view, paths));
}

async function loadSets(
  sources: ViewSources,
  scope: LakeScope,
  view: 'features' | 'labels',
): Promise<number> {
  const all: string[] = [];
  const columns = view === 'features' ? '* EXCLUDE ("set")' : '* RENAME ("set" AS label_set)';
  for (const set of setsOf(await sources.bucket.list(`${view}/`))) {
    const paths = await fetchFiles(sources, await dayFiles(sources, scope, view, set));
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

function fetchFiles({ bucket, cache, fetched }: ViewSources, files: readonly LakeFile[]): Promise<string[]> {
  return cachedFiles(bucket, cache, files, fetched);
}

/** Looks again when a file was removed between the look and the fetch. */
async function fetchRegistered<T>(lookAndFetch: () => Promise<T>): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await lookAndFetch();
    } catch (error) {
      if (!(error instanceof NotFound) || look === MAX_LOOKS) throw error;
    }
  }
}
