import type { DatasetManifest, DatasetSummary } from '../../shared/domain/datasets/manifest.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { FamilyName } from '../../shared/domain/training/families.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import type { TrainingPolicy } from '../../shared/domain/training/training-policy.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { TrainRequest } from './train-exchange.ts';

/** Versions that are looked through for one that holds the exchanges: two months of nights. */
const LOOKED_THROUGH = 60;

export interface TrainingRequest {
  readonly exchanges: readonly Exchange[];
  /** The newest that holds the exchanges when left out. */
  readonly dataset_version?: string | undefined;
  /** The stage's own list when left out. */
  readonly targets?: readonly string[] | undefined;
  readonly family?: FamilyName | undefined;
  /** Id of the feature set that the dataset must be made of; any when left out. */
  readonly feature_set?: string | undefined;
  /** Configurations of the search and the seconds it may take; the policy's when left out. */
  readonly configurations?: number | undefined;
  readonly budget_seconds?: number | undefined;
  /** One model per regime state; the policy's when left out. */
  readonly per_regime?: boolean | undefined;
  /** Learn from a version that was imported from the tracker; refused when left out. */
  readonly allow_legacy?: boolean | undefined;
  /** Where it runs, whatever its size. */
  readonly as?: 'lambda' | 'job' | undefined;
}

/** One candidate to be trained. */
export interface TrainingRun {
  readonly exchange: Exchange;
  readonly target: string;
  /** A target that no stage acts on: it is trained and judged, nobody is told. */
  readonly research: boolean;
  /** Rows of the exchange in the dataset. */
  readonly rows: number;
  /** Within a Lambda's quarter of an hour and memory, or as a container job. */
  readonly runs_as: 'lambda' | 'job';
  /** What decided it, for people. */
  readonly because: string;
  readonly request: TrainRequest;
}

export interface TrainingPlan {
  readonly dataset_version: string;
  readonly feature_set: string;
  readonly runs: readonly TrainingRun[];
}

interface Ports {
  readonly datasets: Pick<DatasetRegistry, 'version' | 'versions'>;
  readonly policy: Pick<TrainingPolicy, 'search' | 'job_above'>;
  /** What a candidate is trained for unless the request says. */
  readonly targets: readonly string[];
}

/**
 * Decides what is trained, from which dataset, and where: one run for each exchange and target, in that order. A run
 * whose exchange the dataset does not hold is planned too, and ends in the trainer's own words.
 * @throws NotFound when no dataset holds the exchanges; RejectedInput for a target there is not, or a dataset of
 * another feature set.
 */
export function planTraining({ datasets, policy, targets }: Ports) {
  return async (request: TrainingRequest): Promise<TrainingPlan> => {
    const wanted = (request.targets ?? targets).map((name) => targetNamed(name).name);
    const dataset = await datasetOf(datasets, request);
    const { family, configurations, budget_seconds, per_regime, allow_legacy } = request;
    const runs = request.exchanges.flatMap((exchange) =>
      wanted.map((target) => {
        const rows = dataset.records[exchange] ?? 0;
        const train = {
          exchange,
          dataset_version: dataset.version,
          target,
          family,
          configurations,
          budget_seconds,
          per_regime,
          allow_legacy,
        };
        const research = target !== PRODUCTION_TARGET;
        return { exchange, target, research, rows, ...placeOf(policy, rows, request), request: train };
      }),
    );
    return { dataset_version: dataset.version, feature_set: dataset.feature_set, runs };
  };
}

async function datasetOf(
  datasets: Ports['datasets'],
  { dataset_version, exchanges, feature_set }: TrainingRequest,
): Promise<DatasetManifest | DatasetSummary> {
  if (dataset_version === undefined) return newestOf(datasets, exchanges, feature_set);
  const dataset = await datasets.version(dataset_version);
  if (feature_set === undefined || feature_set === dataset.feature_set) return dataset;
  throw new RejectedInput(
    `feature_set: expected ${dataset.feature_set}, which dataset ${dataset.version} is made of, was ${feature_set}`,
    { field: 'feature_set' },
  );
}

async function newestOf(
  datasets: Ports['datasets'],
  exchanges: readonly Exchange[],
  featureSet: string | undefined,
): Promise<DatasetSummary> {
  const found = (await datasets.versions(LOOKED_THROUGH)).find(
    ({ records, feature_set }) =>
      exchanges.every((exchange) => (records[exchange] ?? 0) > 0) &&
      (featureSet === undefined || featureSet === feature_set),
  );
  if (found !== undefined) return found;
  const made = featureSet === undefined ? '' : ` made of ${featureSet}`;
  throw new NotFound(
    `dataset: expected one${made} that holds ${exchanges.join(' and ')}, was none; the night makes one: run ./oi nightly first`,
  );
}

/** The Lambda unless the rows or the search's budget are more than it is sure to manage. */
function placeOf(
  { search, job_above }: Ports['policy'],
  rows: number,
  request: TrainingRequest,
): Pick<TrainingRun, 'runs_as' | 'because'> {
  if (request.as !== undefined) return { runs_as: request.as, because: 'asked for' };
  const searches = (request.configurations ?? search.configurations) > 1;
  const seconds = searches ? (request.budget_seconds ?? search.budget_seconds) : 0;
  if (rows > job_above.rows) {
    return { runs_as: 'job', because: `${rows} rows, more than ${job_above.rows}` };
  }
  if (seconds > job_above.budget_seconds) {
    return { runs_as: 'job', because: `a search of ${seconds} s, more than ${job_above.budget_seconds} s` };
  }
  return { runs_as: 'lambda', because: `${rows} rows, at most ${job_above.rows}` };
}
