import type { DatasetFile, DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { manifestProblems } from '../../shared/domain/datasets/manifest-problems.ts';
import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import type { BatchRow, DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { type Trial, trialRunSchema } from '../../shared/domain/training/trial.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { type Proof, proofOf } from './version-story.ts';

/** One day that a version was made from: its files, the compacted chain they come from, and what that took in. */
export interface LineageDay {
  readonly date: string;
  readonly features: DatasetFile;
  readonly labels: DatasetFile | null;
  /** The revision of the chain's day file that both were made from; null where the registry has none, as of imported days. */
  readonly chain: Pick<DayFileRow, 'path' | 'sha256' | 'rows' | 'revision'> | null;
  /** The micro-batches in it; empty where the chain is not known. */
  readonly batches: readonly Pick<BatchRow, 'batch_id' | 'path' | 'sha256' | 'snapshots'>[];
}

/** Where a version comes from, link by link, each proven by a hash. */
export interface Lineage {
  readonly row: ModelVersion;
  readonly proof: Proof;
  /** The manifest without its list of files. */
  readonly dataset: Omit<DatasetManifest, 'files' | 'stats'>;
  /** What does not fit: between registry and manifest, and of the manifest against itself. */
  readonly problems: readonly string[];
  readonly days: readonly LineageDay[];
  /** What was tried on its dataset before it was chosen, by the ledger as it stood then; null where no run wrote it. */
  readonly trials: readonly Trial[] | null;
}

interface Sources {
  readonly lake: ObjectStore;
  readonly datasets: DatasetRegistry;
  readonly batches: BatchRegistry;
}

/** Follows a version to its micro-batches. @throws NotFound when its dataset is not registered */
export async function lineageOf({ lake, datasets, batches }: Sources, row: ModelVersion): Promise<Lineage> {
  const { files, stats: _, ...dataset } = await datasets.version(row.dataset_version);
  const own = files.filter(({ exchange }) => exchange === row.exchange);
  return {
    row,
    proof: await proofOf(lake, row),
    dataset,
    problems: problemsOf(row, { ...dataset, files, stats: _ }),
    days: await daysOf(batches, row, own),
    trials: await trialsOf(lake, row),
  };
}

function problemsOf(row: ModelVersion, manifest: DatasetManifest): string[] {
  const own = manifestProblems(manifest).map(
    ({ where, expected, was }) => `${where}: expected ${expected}, was ${was}`,
  );
  if (manifest.content_hash === row.dataset_hash) return own;
  return [`dataset_hash: expected ${row.dataset_hash} as registered, was ${manifest.content_hash}`, ...own];
}

async function daysOf(
  registry: BatchRegistry,
  { exchange }: ModelVersion,
  files: readonly DatasetFile[],
): Promise<LineageDay[]> {
  const dates = [...new Set(files.map(({ date }) => date))].sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const chains = await registry.dayFileRevisions('chain', 'chain', exchange, first, last);
  const days: LineageDay[] = [];
  for (const date of dates) {
    const ofDay = files.filter((file) => file.date === date);
    const features = ofDay.find(({ kind }) => kind === 'features');
    if (features === undefined) continue;
    const labels = ofDay.find(({ kind }) => kind === 'labels') ?? null;
    const chain = chains.find((one) => one.date === date && one.sha256 === features.source_sha256) ?? null;
    const taken = new Set(chain?.batch_ids);
    const batches = chain === null ? [] : await registry.batches(exchange, date);
    days.push({
      date,
      features,
      labels,
      chain: chain && { path: chain.path, sha256: chain.sha256, rows: chain.rows, revision: chain.revision },
      batches: batches
        .filter(({ batch_id }) => taken.has(batch_id))
        .map(({ batch_id, path, sha256, snapshots }) => ({ batch_id, path, sha256, snapshots })),
    });
  }
  return days;
}

async function trialsOf(lake: ObjectStore, row: ModelVersion): Promise<readonly Trial[] | null> {
  const key = `${reportPrefix(row.exchange, row.target, row.version)}auto_ml_summary.json`;
  if (!(await lake.list(key)).includes(key)) return null;
  const json: unknown = JSON.parse(new TextDecoder().decode(await lake.get(key)));
  const { trials } = trialRunSchema.pick({ trials: true }).parse(json);
  return trials.filter(({ dataset_version }) => dataset_version === row.dataset_version);
}
