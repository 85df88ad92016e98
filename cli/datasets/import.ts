import { readTable } from '../../shared/adapters/csv/table-file.ts';
import { CODE_VERSION } from '../../shared/config/code-version.ts';
import { assembleExchange, manifestOf } from '../../shared/domain/datasets/assemble.ts';
import {
  LEGACY_LABEL_SET,
  type LegacyBatch,
  type LegacyDay,
  legacyBatches,
} from '../../shared/domain/datasets/legacy/legacy-batches.ts';
import { LEGACY_SHAPE, parseLegacyRow } from '../../shared/domain/datasets/legacy/legacy-row.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import type { SelectedDay } from '../../shared/domain/datasets/select-days.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { featuresKey, labelsKey, manifestKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileKind, DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { DatasetStore } from './store.ts';

/** Below prefixes of their own: who reads a set never meets them. */
const FEATURES_FOLDER = `${TRACKER_V2.id}-legacy`;
const NAMES = featureNames(TRACKER_V2);

export interface ImportedBatch {
  readonly version: string;
  readonly exchanges: readonly Exchange[];
  readonly rows: number;
  readonly days: number;
  readonly content_hash: string;
  /** False when it had been imported before. */
  readonly created: boolean;
}

/**
 * Imports an export of the tracker's `training_batches` (legacy-row.ts has its columns), one version a batch.
 * @throws RejectedInput that names file, line and field, or a batch that was imported with other rows before.
 */
export async function importLegacyFile(
  store: DatasetStore,
  path: string,
  now: string,
  onDay: (done: number, total: number) => void = () => {},
): Promise<ImportedBatch[]> {
  const { rows } = await readTable(path, LEGACY_SHAPE, (field, whole) => parseLegacyRow(field, whole, NAMES));
  const batches = legacyBatches(rows, TRACKER_V2.id, NAMES);
  if (batches.length === 0)
    throw new RejectedInput(`${path}: expected training rows, was none`, { field: 'file' });
  const total = batches.reduce((sum, { days }) => sum + days.length, 0);
  let done = 0;
  const imported: ImportedBatch[] = [];
  for (const batch of batches) {
    imported.push(await importBatch(store, batch, now, () => onDay(++done, total)));
  }
  return imported;
}

async function importBatch(
  store: DatasetStore,
  batch: LegacyBatch,
  now: string,
  onDay: () => void,
): Promise<ImportedBatch> {
  const days: SelectedDay[] = [];
  for (const day of batch.days) {
    days.push(await writeDay(store, batch, day));
    onDay();
  }
  const manifest = await legacyManifest(store, batch, days, now);
  const before = await registered(store, manifest.version);
  if (before !== undefined && before.content_hash !== manifest.content_hash) {
    throw new RejectedInput(
      `batch ${batch.version}: expected the rows that were imported before (${before.content_hash.slice(0, 12)}), was others`,
      { field: 'batch_id' },
    );
  }
  if (before === undefined) await store.datasets.add(manifest);
  const text = `${JSON.stringify(before ?? manifest, null, 2)}\n`;
  await store.bucket.put(manifestKey(manifest.version), text, { ifAbsent: true });
  return {
    version: manifest.version,
    exchanges: manifest.exchanges,
    rows: Object.values(manifest.records).reduce((sum, rows) => sum + rows, 0),
    days: days.length,
    content_hash: manifest.content_hash,
    created: before === undefined,
  };
}

async function registered({ datasets }: DatasetStore, version: string): Promise<DatasetManifest | undefined> {
  try {
    return await datasets.version(version);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function writeDay(
  { lake }: DatasetStore,
  { createdAt }: LegacyBatch,
  day: LegacyDay,
): Promise<SelectedDay> {
  const { exchange, date } = day;
  const row = (kind: DayFileKind, set: string, file: { path: string; sha256: string }): DayFileRow => ({
    ...{ kind, set, exchange, date, path: file.path, sha256: file.sha256, rows: day.features.rows },
    ...{ source_sha256: null, last_recorded_at: createdAt, created_at: createdAt },
    ...{ batch_ids: [], parity: null, revision: 1 },
  });
  const features = await lake.write(day.features, (sha256) =>
    featuresKey(FEATURES_FOLDER, exchange, date, sha256),
  );
  const labels = await lake.write(day.labels, (sha256) =>
    labelsKey(LEGACY_LABEL_SET, exchange, date, sha256),
  );
  return {
    date,
    features: row('features', TRACKER_V2.id, features),
    labels: row('labels', LEGACY_LABEL_SET, labels),
  };
}

async function legacyManifest(
  { lake }: DatasetStore,
  { version, createdAt }: LegacyBatch,
  days: readonly SelectedDay[],
  now: string,
): Promise<DatasetManifest> {
  const dates = days.map(({ date }) => date).sort();
  const exchanges = [...new Set(days.map(({ features }) => features.exchange))].sort();
  const spec = {
    exchanges,
    window: { from: dates[0]!, to: dates.at(-1)! },
    windows: {},
    feature_set: TRACKER_V2.id,
    label_set: LEGACY_LABEL_SET,
  };
  const assembly = { featureNames: NAMES, labelSet: LEGACY_LABEL_SET, read: lake.read };
  const parts = [];
  for (const exchange of exchanges) {
    const ofExchange = days.filter(({ features }) => features.exchange === exchange);
    parts.push(await assembleExchange(exchange, { days: ofExchange, leftOut: [] }, assembly));
  }
  const head = { ...spec, version, created_at: now, knowledge_cutoff: createdAt };
  const manifest = manifestOf({ ...head, policy: null, code_version: CODE_VERSION, parent: null }, parts);
  return { ...manifest, origin: 'tracker', legacy: true };
}
