import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Bundle, verifyBundle } from '../../shared/domain/training/bundle.ts';
import { type Procedure, readOptions } from '../../shared/domain/training/procedure.ts';
import { compareBundles, type Reproduction } from '../../shared/domain/training/reproduction.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { Candidate, CandidateInput } from '../../shared/ports/model-trainer.ts';
import { candidateInput } from './candidate-input.ts';

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
  return async ({ exchange, target, reproduce, threads }: ReproduceRequest): Promise<ReproductionReport> => {
    const startMs = ports.clock();
    const row = await ports.models.version(exchange, target, reproduce);
    const bundle = verifyBundle(await ports.files(row.bundle_prefix));
    const procedure = procedureOf(bundle);
    const options = readOptions(procedure.options);
    const input = await candidateInput(ports.lake, await ports.datasets.version(bundle.dataset_version), {
      exchange,
      target,
      blockingFlags: procedure.blocking_flags,
      codeVersion: ports.codeVersion,
      createdAt: bundle.created_at,
      seed: bundle.seed,
      options: { ...options, ...(threads && { threads }), ...withoutEvidence(bundle) },
    });
    const again = await ports.train(input, procedure.families);
    const own = bundle.distilled_of === undefined ? again : again.distilled;
    if (own === null) throw new InvariantViolated(`${reproduce}: expected a distilled candidate, was none`);
    const seconds = (ports.clock() - startMs) / 1000;
    return { exchange, target, ...compareBundles(bundle, own.bundle), seconds };
  };
}

/** What decides nothing of the bundle is left out: the combinatorial folds, and what is distilled out of it. */
function withoutEvidence({ distilled_of }: Bundle) {
  return { combinatorial: null, ...(distilled_of === undefined && { distilledFeatures: null }) };
}

function procedureOf({ procedure, version }: Bundle): Procedure {
  if (procedure !== undefined) return procedure;
  const expected = 'one whose bundle says how it was trained';
  throw new RejectedInput(`version: expected ${expected}, was ${version}: imported, or older than that`, {
    field: 'reproduce',
  });
}
