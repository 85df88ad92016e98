import { type DatasetSpec, datasetContentHash, nextVersion } from '../../shared/domain/datasets/content.ts';
import type { DatasetFile, DatasetManifest, ExchangeStats } from '../../shared/domain/datasets/manifest.ts';
import { exchangeStats } from '../../shared/domain/datasets/stats.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureRowsOf } from '../../shared/domain/features/feature-table.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { labelRowsOf } from '../../shared/domain/labels/label-table.ts';
import { manifestKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import { addDays, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

interface Ports {
  readonly registry: BatchRegistry;
  readonly datasets: DatasetRegistry;
  readonly lake: LakeFiles;
  readonly bucket: ObjectStore;
  readonly featureSet: FeatureSet;
  readonly clock: Clock;
  /** Calendar days of the rolling window, the date itself included. */
  readonly windowDays: number;
  readonly codeVersion: string;
}

export interface DatasetRequest {
  readonly date: string;
  readonly exchanges: readonly Exchange[];
}

export interface DatasetReport {
  readonly version: string;
  readonly content_hash: string;
  readonly records: Readonly<Record<string, number>>;
  readonly days: Readonly<Record<string, number>>;
  /** False when the same content had already been made into a version of this day. */
  readonly created: boolean;
}

/**
 * Makes the dataset version of a day: the feature and label files of a rolling window, known by now, proven by hash.
 * The same content again gives the version that is there; other content gives the next (`.2`, `.3`, ...).
 * @throws RejectedInput when no exchange has a day with features and labels in the window.
 */
export function buildDataset(ports: Ports) {
  return async ({ date, exchanges }: DatasetRequest): Promise<DatasetReport> => {
    const createdAt = utcIso(ports.clock());
    const spec: DatasetSpec = {
      exchanges: [...exchanges].sort(),
      window: { from: addDays(date, 1 - ports.windowDays), to: date },
      feature_set: ports.featureSet.id,
      label_set: LABEL_SET_ID,
    };
    const parts = await Promise.all(
      spec.exchanges.map((exchange) => exchangePart(ports, spec, exchange, createdAt)),
    );
    const files = parts.flatMap((part) => part.files);
    if (files.length === 0) {
      throw new RejectedInput(`date: expected days with features and labels up to ${date}, was none`, {
        field: 'date',
      });
    }
    const content_hash = datasetContentHash(spec, files);
    const existing = await ports.datasets.versionsOf(date);
    const same = existing.find((manifest) => manifest.content_hash === content_hash);
    if (same !== undefined) {
      await putManifest(ports.bucket, same);
      return reportOf(same, false);
    }
    const manifest: DatasetManifest = {
      schema: 1,
      version: nextVersion(
        date,
        existing.map(({ version }) => version),
      ),
      created_at: createdAt,
      ...spec,
      exchanges: [...spec.exchanges],
      knowledge_cutoff: createdAt,
      files,
      records: Object.fromEntries(parts.map((part) => [part.exchange, part.rows])),
      stats: Object.fromEntries(parts.map((part) => [part.exchange, part.stats])),
      content_hash,
      code_version: ports.codeVersion,
      parent: existing.at(-1)?.version ?? null,
    };
    await ports.datasets.add(manifest);
    await putManifest(ports.bucket, manifest);
    return reportOf(manifest, true);
  };
}

interface ExchangePart {
  readonly exchange: Exchange;
  readonly files: DatasetFile[];
  readonly rows: number;
  readonly stats: ExchangeStats;
}

async function exchangePart(
  { registry, lake, featureSet }: Ports,
  spec: DatasetSpec,
  exchange: Exchange,
  cutoff: string,
): Promise<ExchangePart> {
  const { from, to } = spec.window;
  const known = (rows: DayFileRow[]) => rows.filter((row) => row.last_recorded_at <= cutoff && row.rows > 0);
  const features = known(await registry.dayFiles('features', featureSet.id, exchange, from, to));
  const labels = new Map(
    known(await registry.dayFiles('labels', LABEL_SET_ID, exchange, from, to)).map((row) => [row.date, row]),
  );
  const names = featureNames(featureSet);
  const days = [];
  const files: DatasetFile[] = [];
  for (const feature of features) {
    const label = labels.get(feature.date);
    if (label === undefined || label.source_sha256 !== feature.source_sha256) continue;
    files.push(datasetFile('features', feature), datasetFile('labels', label));
    days.push({
      date: feature.date,
      features: featureRowsOf(await lake.read(feature), names),
      labels: labelRowsOf(await lake.read(label)),
    });
  }
  const rows = days.reduce((sum, day) => sum + day.features.length, 0);
  return { exchange, files, rows, stats: exchangeStats(days, names) };
}

/** The file repeats the registry's row, which counts; a night that died between the two is mended by the next. */
async function putManifest(bucket: ObjectStore, manifest: DatasetManifest): Promise<void> {
  await bucket.put(manifestKey(manifest.version), `${JSON.stringify(manifest, null, 2)}\n`, {
    ifAbsent: true,
  });
}

function datasetFile(kind: DatasetFile['kind'], row: DayFileRow): DatasetFile {
  return { kind, exchange: row.exchange, date: row.date, path: row.path, rows: row.rows, sha256: row.sha256 };
}

function reportOf(manifest: DatasetManifest, created: boolean): DatasetReport {
  return {
    version: manifest.version,
    content_hash: manifest.content_hash,
    records: manifest.records,
    days: Object.fromEntries(
      Object.entries(manifest.stats).map(([exchange, stats]) => [exchange, stats.days]),
    ),
    created,
  };
}
