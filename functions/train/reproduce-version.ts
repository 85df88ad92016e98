import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Bundle, verifyBundle } from '../../shared/domain/training/bundle.ts';
import { verifyMagnitudeBundle } from '../../shared/domain/training/magnitude/bundle.ts';
import { readOptions } from '../../shared/domain/training/procedure.ts';
import { compareBundles, type Reproduction } from '../../shared/domain/training/reproduction.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { MagnitudeCandidate, MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { Candidate, CandidateInput } from '../../shared/ports/model-trainer.ts';
import { candidateInput, magnitudeInput } from './candidate-input.ts';

interface Ports {
  readonly datasets: Pick<DatasetRegistry, 'version'>;
  readonly models: Pick<ModelRegistry, 'version'>;
  readonly lake: Pick<LakeFiles, 'read'>;
  readonly files: (prefix: string) => Promise<ReadonlyMap<string, Uint8Array>>;
  /** @param families - the one that was asked for, then its rivals */
  readonly train: (
    input: CandidateInput,
    families: readonly string[],
  ) => Promise<Pick<Candidate, 'bundle' | 'distilled'>>;
  readonly trainMagnitude: (
    input: MagnitudeInput,
    families: readonly string[],
  ) => Promise<Pick<MagnitudeCandidate, 'bundle'>>;
  /** Tells how long it took. */
  readonly clock: Clock;
  readonly codeVersion: string;
}

export interface ReproduceRequest {
  readonly exchange: Exchange;
  readonly target: string;
  /** The registered version. */
  readonly reproduce: string;
  /** Threads of a fit; as many as then when left out. The result is the same. */
  readonly threads?: number | undefined;
}

export interface ReproductionReport extends Reproduction {
  readonly exchange: Exchange;
  readonly target: string;
  readonly seconds: number;
}

/**
 * Trains a registered version again from what its bundle says, from its dataset's files, and compares. Writes nothing.
 * @throws NotFound for an unknown version; RejectedInput for one that was not trained here or does not say how;
 * InvariantViolated when a file of the bundle or the dataset is not what its hash says.
 */
export function reproduceVersion(ports: Ports) {
  return async (request: ReproduceRequest): Promise<ReproductionReport> => {
    const { exchange, target, reproduce } = request;
    const startMs = ports.clock();
    const row = await ports.models.version(exchange, target, reproduce);
    const files = await ports.files(row.bundle_prefix);
    const isMagnitude = targetNamed(target).kind === 'magnitude';
    const bundle = isMagnitude ? verifyMagnitudeBundle(files) : verifyBundle(files);
    const { families, facts } = toldBy(bundle, request, ports.codeVersion);
    const manifest = await ports.datasets.version(bundle.dataset_version);
    const again = isMagnitude
      ? await ports.trainMagnitude(await magnitudeInput(ports.lake, manifest, facts), families)
      : await ports.train(await candidateInput(ports.lake, manifest, facts), families);
    const own = bundle.distilled_of === undefined || !('distilled' in again) ? again : again.distilled;
    if (own === null) throw new InvariantViolated(`${reproduce}: expected a distilled candidate, was none`);
    const seconds = (ports.clock() - startMs) / 1000;
    return { exchange, target, ...compareBundles(bundle, own.bundle), seconds };
  };
}

/** What the training that made a bundle was told, as far as it decides anything of the bundle. */
function toldBy(
  { procedure, version, created_at, seed, distilled_of }: Pick<Bundle, Told>,
  { exchange, target, threads }: ReproduceRequest,
  codeVersion: string,
) {
  if (procedure === undefined) {
    const expected = 'one whose bundle says how it was trained';
    throw new RejectedInput(`version: expected ${expected}, was ${version}: imported, or older than that`, {
      field: 'reproduce',
    });
  }
  const { families, options, blocking_flags } = procedure;
  // The combinatorial folds, and what is distilled out of it, decide nothing of a bundle.
  const without = { combinatorial: null, ...(distilled_of === undefined && { distilledFeatures: null }) };
  return {
    families,
    facts: {
      ...{ exchange, target, codeVersion, createdAt: created_at, seed, blockingFlags: blocking_flags },
      options: { ...readOptions(options), ...(threads && { threads }), ...without },
    },
  };
}

type Told = 'procedure' | 'version' | 'created_at' | 'seed' | 'distilled_of';
