import { refuseLegacy } from '../../shared/domain/datasets/legacy/allow-legacy.ts';
import { bundlePrefix } from '../../shared/domain/lake/paths.ts';
import { istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { BlockedRows } from '../../shared/domain/training/blocked-rows.ts';
import type { Bundle } from '../../shared/domain/training/bundle.ts';
import type { FamilyName } from '../../shared/domain/training/families.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import type { TrainingPolicy } from '../../shared/domain/training/training-policy.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type {
  Candidate,
  CandidateInput,
  CandidateOptions,
  SoleCandidate,
  TrainingSummary,
} from '../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { TrialLedger } from '../../shared/ports/trial-ledger.ts';
import { candidateInput } from './candidate-input.ts';
import { storeReport } from './store-report.ts';

const SESSION_END_MINUTE = 24 * 60 - 1;
const CONTENTS = 'bundle.json';

export interface TrainPorts {
  readonly datasets: DatasetRegistry;
  readonly models: ModelRegistry;
  readonly lake: LakeFiles;
  readonly bucket: ObjectStore;
  readonly ledger: TrialLedger;
  readonly draw: RenderChart;
  /** The k of the gate's Precision@TopK, for the report. */
  readonly topK: number;
  readonly policy: TrainingPolicy;
  /** Quality flags whose rows are neither learnt from nor judged by. */
  readonly blockingFlags: readonly string[];
  readonly train: (input: CandidateInput, family: FamilyName) => Promise<Candidate>;
  readonly options: Partial<CandidateOptions>;
  readonly seed: number;
  readonly clock: Clock;
  readonly codeVersion: string;
}

export interface TrainRequest {
  readonly exchange: Exchange;
  readonly dataset_version: string;
  readonly target: string;
  /** The model family; the policy's when left out. */
  readonly family?: FamilyName | undefined;
  /** Configurations that the search draws, and the seconds it may take; the policy's when left out. */
  readonly configurations?: number | undefined;
  readonly budget_seconds?: number | undefined;
  /** One model per regime state; the policy's when left out. */
  readonly per_regime?: boolean | undefined;
  /** Learn from a version that was imported from the tracker; refused when left out. */
  readonly allow_legacy?: boolean | undefined;
}

export interface TrainReport {
  readonly version: string;
  readonly bundle_prefix: string;
  /** The candidate on few features, registered beside it; null when none was trained. */
  readonly distilled_version: string | null;
  /** The page for people. */
  readonly report_key: string;
  readonly exploratory: boolean;
  /** Whether regimes have models of their own, where that was asked for. */
  readonly per_regime: TrainingSummary['per_regime'];
  readonly labelled_rows: number;
  /** Rows left out for a blocking quality flag. */
  readonly blocked_rows: BlockedRows;
  readonly folds: number;
  readonly out_of_fold_log_loss: number;
  /** Of always saying the base rates: what there is to beat. */
  readonly base_log_loss: number;
  /** Out-of-fold expected calibration error. */
  readonly out_of_fold_ece: number;
  /** Out-of-fold area under the ROC curve, one class against the others. */
  readonly out_of_fold_auc: {
    readonly sell: number | null;
    readonly hold: number | null;
    readonly buy: number | null;
  };
  /** False when the same bundle had been trained before. */
  readonly created: boolean;
}

/**
 * Trains a candidate for one exchange from a dataset version and registers it with its lineage: files first, the
 * registry row last. The same dataset, code and seed give the same version.
 * @throws RejectedInput naming why these rows cannot be learnt from; NotFound for an unknown dataset version, or one
 * of a feature set that this code does not make.
 */
export function trainExchange(ports: TrainPorts) {
  return async (request: TrainRequest): Promise<TrainReport> => {
    const { exchange, dataset_version, allow_legacy, family = ports.policy.family } = request;
    const target = targetNamed(request.target).name;
    const manifest = await ports.datasets.version(dataset_version);
    refuseLegacy(manifest, allow_legacy === true);
    const input = await candidateInput(ports.lake, manifest, { ...toldOf(ports, request), exchange, target });
    const candidate = await ports.train(input, family);
    // The distilled one first, so that its trial is in the ledger that the full one's report shows.
    const distilled = candidate.distilled && (await register(ports, input, candidate.distilled));
    const { row, report_key, created } = await register(ports, input, candidate);
    return report(row, candidate, distilled?.row.version ?? null, report_key, created);
  };
}

/** What a training is told besides its rows, whatever it learns. */
export function toldOf(ports: Omit<TrainPorts, 'train' | 'topK'>, request: TrainRequest) {
  const { policy, blockingFlags, codeVersion, clock, seed } = ports;
  const { family = policy.family } = request;
  return {
    blockingFlags,
    codeVersion,
    createdAt: utcIso(clock()),
    seed,
    options: {
      ...ports.options,
      parameters: policy.parameters[family],
      rivalParameters: policy.parameters,
      ...optionsOf(policy, request),
    },
  };
}

/** Files first, the registry row last. */
async function register(
  ports: TrainPorts,
  { exchange, target }: Pick<CandidateInput, 'target'> & { readonly exchange: string },
  candidate: SoleCandidate,
) {
  const row = versionRow(exchange as Exchange, target, candidate);
  await putBundle(ports.bucket, row.bundle_prefix, candidate.files);
  await ports.ledger.add(row.exchange, target, row.version, candidate.summary.trials);
  const report_key = await storeReport(ports, row, candidate);
  return { row, report_key, created: await ports.models.add(row) };
}

/** What the policy says of a training, but for what the request says otherwise. */
function optionsOf(
  { search, recency_half_life_sessions, per_regime, combinatorial, distilled }: TrainingPolicy,
  request: TrainRequest,
) {
  const { configurations = search.configurations, budget_seconds = search.budget_seconds } = request;
  return {
    combinatorial,
    distilledFeatures: distilled?.features ?? null,
    recencyHalfLifeSessions: recency_half_life_sessions ?? Number.POSITIVE_INFINITY,
    perRegime: request.per_regime ?? per_regime,
    searchConfigurations: configurations,
    // Who asks for a search gets one.
    searchLeastSessions: request.configurations === undefined ? search.least_sessions : 0,
    searchBudgetMs: budget_seconds * 1000,
  };
}

/** The registry's row of a bundle that nobody has judged yet. */
export function versionRow(
  exchange: Exchange,
  target: string,
  { bundle }: { readonly bundle: Omit<Bundle, 'class_order'> },
): ModelVersion {
  return {
    exchange,
    target,
    version: bundle.version,
    status: 'candidate',
    bundle_hash: bundle.bundle_hash,
    bundle_prefix: bundlePrefix(exchange, target, bundle.version),
    logic_hash: bundle.logic_hash,
    family: bundle.family,
    feature_set: bundle.feature_set,
    dataset_version: bundle.dataset_version,
    dataset_hash: bundle.dataset_hash,
    code_version: bundle.code_version,
    training_cutoff: utcIso(istMs(bundle.trained_through, SESSION_END_MINUTE)),
    exploratory: bundle.exploratory,
    ...(bundle.distilled_of && { distilled_of: bundle.distilled_of }),
    ...(bundle.imported && { imported_by: bundle.imported.by }),
    verdict_key: null,
    verdict_hash: null,
    verdict_pass: null,
    created_at: bundle.created_at,
    revision: 0,
  };
}

/** The table of contents goes last: a bundle that has one is complete, and is never written again. */
export async function putBundle(
  bucket: ObjectStore,
  prefix: string,
  files: Candidate['files'],
): Promise<void> {
  const contents = `${prefix}${CONTENTS}`;
  if ((await bucket.list(contents)).includes(contents)) return;
  for (const [path, bytes] of files) {
    if (path !== CONTENTS) await bucket.put(`${prefix}${path}`, bytes);
  }
  await bucket.put(contents, files.get(CONTENTS)!, { ifAbsent: true });
}

function report(
  row: ModelVersion,
  { summary }: Candidate,
  distilled_version: string | null,
  report_key: string,
  created: boolean,
): TrainReport {
  return {
    version: row.version,
    bundle_prefix: row.bundle_prefix,
    distilled_version,
    report_key,
    exploratory: row.exploratory,
    per_regime: summary.per_regime,
    labelled_rows: summary.labelled_rows,
    blocked_rows: summary.blocked_rows,
    folds: summary.folds.length,
    out_of_fold_log_loss: summary.out_of_fold.log_loss,
    base_log_loss: summary.out_of_fold.base_log_loss,
    out_of_fold_ece: summary.out_of_fold.ece,
    out_of_fold_auc: summary.out_of_fold.auc,
    created,
  };
}
