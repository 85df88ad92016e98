import { assembleExchange, manifestOf } from '../../shared/domain/datasets/assemble.ts';
import { type DatasetSpec, datasetContentHash, nextVersion } from '../../shared/domain/datasets/content.ts';
import { type DatasetPolicy, minDaysOf } from '../../shared/domain/datasets/dataset-policy.ts';
import { datasetSpec, windowIn } from '../../shared/domain/datasets/dataset-spec.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { type DaySelection, selectDays } from '../../shared/domain/datasets/select-days.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { manifestKey } from '../../shared/domain/lake/paths.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

interface Ports {
  readonly registry: Pick<BatchRegistry, 'dayFileRevisions'>;
  readonly datasets: Pick<DatasetRegistry, 'add' | 'version' | 'versionsOf'>;
  readonly lake: Pick<LakeFiles, 'read'>;
  readonly bucket: Pick<ObjectStore, 'put'>;
  /** What a dataset is made of unless the request names another set. */
  readonly featureSet: FeatureSet;
  readonly policy: DatasetPolicy;
  readonly clock: Clock;
  readonly codeVersion: string;
}

export interface DatasetRequest {
  readonly date: string;
  readonly exchanges: readonly Exchange[];
  /** Id of the feature set; the training set when left out. */
  readonly feature_set?: string | undefined;
  /** Only what was recorded by then goes in; now when left out. An ISO date-time with its offset. */
  readonly knowledge_cutoff?: string | undefined;
}

export interface DatasetReport {
  readonly version: string;
  readonly content_hash: string;
  readonly records: Readonly<Record<string, number>>;
  readonly days: Readonly<Record<string, number>>;
  /** Days with features that were not taken, by exchange; the manifest says why. */
  readonly left_out: Readonly<Record<string, number>>;
  /** False when the same content had already been made into a version of this day. */
  readonly created: boolean;
}

/**
 * Makes the dataset version of a day: the feature and label files of a rolling window as they counted at the
 * knowledge cutoff, proven by hash. The same content again gives the version that is there; other content gives the
 * next (`.2`, `.3`, ...).
 * @throws RejectedInput when no exchange has enough days with features and labels in the window, or the cutoff lies
 * ahead; NotFound for an unknown feature set.
 */
export function buildDataset(ports: Ports) {
  return async (request: DatasetRequest): Promise<DatasetReport> => {
    const { date, exchanges, knowledge_cutoff, feature_set } = request;
    const set = feature_set === undefined ? ports.featureSet : featureSetById(feature_set);
    const createdAt = utcIso(ports.clock());
    const cutoff = pastCutoff(knowledge_cutoff, createdAt);
    const spec = datasetSpec(ports.policy, date, exchanges, set.id, LABEL_SET_ID);
    const assembly = {
      featureNames: featureNames(set),
      labelSet: spec.label_set,
      read: ports.lake.read,
    };
    const parts = [];
    for (const exchange of spec.exchanges) {
      const days = await selectExchange(ports, spec, exchange, cutoff);
      parts.push(await assembleExchange(exchange, days, assembly));
    }
    const files = parts.flatMap((part) => part.files);
    if (files.length === 0) throw nothingFor(date);
    const existing = await ports.datasets.versionsOf(date);
    const content_hash = datasetContentHash(spec, files);
    const same = existing.find((summary) => summary.content_hash === content_hash);
    if (same !== undefined) {
      const manifest = await ports.datasets.version(same.version);
      await putManifest(ports.bucket, manifest);
      return reportOf(manifest, false);
    }
    const versions = existing.map(({ version }) => version);
    const manifest = manifestOf(
      {
        ...spec,
        version: nextVersion(date, versions),
        created_at: createdAt,
        knowledge_cutoff: cutoff,
        policy: ports.policy,
        code_version: ports.codeVersion,
        parent: existing.findLast((one) => one.feature_set === set.id)?.version ?? null,
      },
      parts,
    );
    await ports.datasets.add(manifest);
    await putManifest(ports.bucket, manifest);
    return reportOf(manifest, true);
  };
}

function pastCutoff(asked: string | undefined, now: string): string {
  if (asked === undefined) return now;
  if (epochMs(asked) <= epochMs(now)) return utcIso(epochMs(asked));
  throw new RejectedInput(`knowledge_cutoff: expected a time up to now (${now}), was ${asked}`, {
    field: 'knowledge_cutoff',
  });
}

async function selectExchange(
  { registry, policy }: Ports,
  spec: DatasetSpec,
  exchange: Exchange,
  knowledgeCutoff: string,
): Promise<DaySelection> {
  const { from, to } = windowIn(spec, exchange);
  const [features, labels] = await Promise.all([
    registry.dayFileRevisions('features', spec.feature_set, exchange, from, to),
    registry.dayFileRevisions('labels', spec.label_set, exchange, from, to),
  ]);
  const minDays = minDaysOf(policy, exchange);
  return selectDays(features, labels, { knowledgeCutoff, minDays, minRowsPerDay: policy.min_rows_per_day });
}

/** The file repeats the registry's row, which counts; a night that died between the two is mended by the next. */
async function putManifest(bucket: Ports['bucket'], manifest: DatasetManifest): Promise<void> {
  await bucket.put(manifestKey(manifest.version), `${JSON.stringify(manifest, null, 2)}\n`, {
    ifAbsent: true,
  });
}

function nothingFor(date: string): RejectedInput {
  return new RejectedInput(`date: expected days with features and labels up to ${date}, was none`, {
    field: 'date',
  });
}

function reportOf(manifest: DatasetManifest, created: boolean): DatasetReport {
  const days = Object.entries(manifest.stats).map(([exchange, stats]) => [exchange, stats.days]);
  const left_out: Record<string, number> = {};
  for (const { exchange } of manifest.left_out) left_out[exchange] = (left_out[exchange] ?? 0) + 1;
  return {
    version: manifest.version,
    content_hash: manifest.content_hash,
    records: manifest.records,
    days: Object.fromEntries(days),
    left_out,
    created,
  };
}
