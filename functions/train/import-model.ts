import { refuseLegacy } from '../../shared/domain/datasets/legacy/allow-legacy.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Bundle, type ImportedFrom, sha256Hex } from '../../shared/domain/training/bundle.ts';
import {
  type ImportManifest,
  importedFiles,
  MANIFEST_FILE,
  readImportManifest,
} from '../../shared/domain/training/import-manifest.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { CandidateInput, CandidateOptions } from '../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { TrialLedger } from '../../shared/ports/trial-ledger.ts';
import { candidateInput } from './candidate-input.ts';
import { type ImportedRun, storeImportReport } from './store-import-report.ts';
import { putBundle, versionRow } from './train-exchange.ts';

/** Versions that are looked through for one of the model's feature set: two months of nights. */
const LOOKED_THROUGH = 60;

interface Ports {
  readonly datasets: DatasetRegistry;
  readonly models: ModelRegistry;
  readonly lake: LakeFiles;
  readonly bucket: ObjectStore;
  readonly readFiles: (prefix: string) => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly ledger: TrialLedger;
  readonly draw: RenderChart;
  /** The k of the gate's Precision@TopK, for the report. */
  readonly topK: number;
  readonly blockingFlags: readonly string[];
  readonly importCandidate: (request: {
    readonly input: CandidateInput;
    readonly manifest: ImportManifest;
    readonly files: ReadonlyMap<string, Uint8Array>;
    readonly imported: ImportedFrom;
  }) => Promise<ImportedRun & { readonly files: ReadonlyMap<string, Uint8Array>; readonly bundle: Bundle }>;
  readonly options: Partial<CandidateOptions>;
  readonly seed: number;
  readonly clock: Clock;
  readonly codeVersion: string;
}

export interface ImportModelRequest {
  readonly exchange: Exchange;
  /** Where in the lake the manifest and its files were put. */
  readonly prefix: string;
  /** Who brings it. */
  readonly by: string;
  /** What it is judged on; the newest of its feature set when left out. */
  readonly dataset_version?: string | undefined;
}

export interface ImportModelReport {
  readonly version: string;
  readonly target: string;
  readonly family: string;
  readonly dataset_version: string;
  readonly bundle_prefix: string;
  readonly report_key: string;
  readonly trained_through: string;
  readonly tuning_sessions: number;
  readonly held_out_sessions: number;
  readonly held_out_log_loss: number;
  /** Of always saying the base rates: what there is to beat. */
  readonly base_log_loss: number;
  readonly thresholds: string;
  /** False when the same bundle had been imported before. */
  readonly created: boolean;
}

/**
 * Registers a model that was made elsewhere as a candidate: checked, put into a bundle, and scored on the sessions after
 * its training; files first, the registry row last. The same files and dataset give the same version.
 * @throws RejectedInput naming the field of the manifest or the file that is wrong, and what to do; NotFound for a
 * dataset version or feature set that there is not.
 */
export function importModel(ports: Ports) {
  return async ({
    exchange,
    prefix,
    by,
    dataset_version,
  }: ImportModelRequest): Promise<ImportModelReport> => {
    const brought = await ports.readFiles(prefix);
    const manifest = manifestOf(brought, prefix);
    checkManifest(manifest, exchange);
    const dataset = await datasetFor(ports.datasets, manifest, exchange, dataset_version);
    const input = await candidateInput(ports.lake, dataset, {
      exchange,
      target: manifest.target,
      blockingFlags: ports.blockingFlags,
      codeVersion: ports.codeVersion,
      createdAt: utcIso(ports.clock()),
      seed: ports.seed,
      options: ports.options,
    });
    const imported = lineageOf(manifest, brought, by);
    const candidate = await ports.importCandidate({ input, manifest, files: brought, imported });
    const row = versionRow(exchange, manifest.target, candidate);
    await putBundle(ports.bucket, row.bundle_prefix, candidate.files);
    await ports.ledger.add(exchange, row.target, row.version, [candidate.summary.trial]);
    const report_key = await storeImportReport(ports, row, candidate);
    const created = await ports.models.add(row);
    const { summary } = candidate;
    return {
      version: row.version,
      target: row.target,
      family: row.family,
      dataset_version: row.dataset_version,
      bundle_prefix: row.bundle_prefix,
      report_key,
      trained_through: manifest.trained_through,
      tuning_sessions: summary.tuning_sessions.length,
      held_out_sessions: summary.held_out_sessions.length,
      held_out_log_loss: summary.held_out.log_loss,
      base_log_loss: summary.held_out.base_log_loss,
      thresholds: summary.thresholds,
      created,
    };
  };
}

function manifestOf(brought: ReadonlyMap<string, Uint8Array>, prefix: string): ImportManifest {
  const text = brought.get(MANIFEST_FILE);
  if (text !== undefined) return readImportManifest(new TextDecoder().decode(text));
  throw new RejectedInput(`${MANIFEST_FILE}: expected below ${prefix}, was absent; start over with the CLI`, {
    field: MANIFEST_FILE,
  });
}

function checkManifest({ exchange: own, target }: ImportManifest, exchange: Exchange): void {
  if (own !== undefined && own !== exchange) {
    throw new RejectedInput(`exchange: expected ${own} as the manifest says, was ${exchange}`, {
      field: 'exchange',
    });
  }
  if (targetNamed(target).kind === 'classes') return;
  throw new RejectedInput(`target: expected one with the classes SELL, HOLD and BUY, was ${target}`, {
    field: 'target',
  });
}

async function datasetFor(
  datasets: DatasetRegistry,
  { feature_set }: ImportManifest,
  exchange: Exchange,
  version: string | undefined,
): Promise<DatasetManifest> {
  if (version === undefined) {
    const all = await datasets.versions(LOOKED_THROUGH);
    const found = all.find((one) => one.feature_set === feature_set && (one.records[exchange] ?? 0) > 0);
    if (found !== undefined) return datasets.version(found.version);
    const sets = [...new Set(all.map((one) => one.feature_set))].join(', ') || 'there is no dataset';
    throw new NotFound(
      `feature_set: expected one that a dataset of ${exchange} is made of (${sets}), was ${feature_set}; ` +
        'make one with ./oi nightly --feature-set, or put the manifest right',
      { field: 'feature_set' },
    );
  }
  const dataset = await datasets.version(version);
  refuseLegacy(dataset, false);
  if (dataset.feature_set === feature_set) return dataset;
  throw new RejectedInput(
    `dataset: expected a version of feature set ${feature_set}, which the model takes, was ${version} of ${dataset.feature_set}`,
    { field: 'dataset_version' },
  );
}

function lineageOf(
  manifest: ImportManifest,
  brought: ReadonlyMap<string, Uint8Array>,
  by: string,
): ImportedFrom {
  const { trained_through, configurations_tried, made_with, notes } = manifest;
  const names = [MANIFEST_FILE, ...importedFiles(manifest)];
  const files = names.flatMap((name) => {
    const bytes = brought.get(name);
    return bytes === undefined ? [] : [[name, sha256Hex(bytes)] as const];
  });
  return { by, files: Object.fromEntries(files), trained_through, configurations_tried, made_with, notes };
}
