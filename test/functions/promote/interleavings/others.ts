import { chooseBackend } from '../../../../functions/promote/choose-backend.ts';
import { bundles } from '../../../../functions/score/bundles.ts';
import { putBundle } from '../../../../functions/train/train-exchange.ts';
import { bundleFiles } from '../../../../shared/adapters/s3/bundle-files.ts';
import { recordVerdict } from '../../../../shared/domain/promotion/record-verdict.ts';
import type { HistoryRow, LivePointer } from '../../../../shared/domain/promotion/registry.ts';
import { verifyBundle } from '../../../../shared/domain/training/bundle.ts';
import { Temporary } from '../../../../shared/errors.ts';
import type { Clock } from '../../../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../../../shared/ports/model-registry.ts';
import type { Scorer } from '../../../../shared/ports/model-scorer.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { COMING, type Registered, verdictOn } from './world.ts';

interface Ports {
  readonly models: ModelRegistry;
  readonly bucket: ObjectStore;
}

/** What a reader saw: pointers in its order, what the bundle of each says of itself, and a history. */
export interface Seen {
  readonly pointers: {
    readonly pointer: LivePointer | undefined;
    readonly bundleHash?: string;
    readonly version?: string;
    readonly threshold?: number;
  }[];
  history: readonly HistoryRow[];
}

/** What a bundle says does not matter here; only which one it is. */
const SILENT = {
  advanceRegime: () => null,
  score: async () => ({ probabilities: [0, 1, 0] }),
  explain: async () => [],
  close: async () => {},
};

/** Looks as scoring does: the pointer, then its bundle, whose every hash is checked. */
export function reading({ models, bucket }: Ports, looks: number, seen: Seen): () => Promise<void> {
  const open = bundles({
    readFiles: bundleFiles(bucket),
    load: async (files) => ({ bundle: verifyBundle(files), ...SILENT }) as unknown as Scorer,
  });
  return async () => {
    for (let look = 0; look < looks; look++) {
      const pointer = await models.livePointer('NSE', 'tb15');
      if (pointer === undefined) {
        seen.pointers.push({ pointer });
        continue;
      }
      const { scorer, decision } = await open(pointer.bundle_prefix, pointer.bundle_hash);
      const { bundle_hash: bundleHash, version } = scorer.bundle;
      seen.pointers.push({ pointer, bundleHash, version, threshold: decision.thresholds.buy });
    }
    seen.history = await models.history('NSE', 'tb15');
  };
}

/** What a writer of a version row was told. */
export interface Judging {
  readonly of: Registered;
  readonly pass: boolean;
  outcome?: 'stored' | 'conflict' | 'unknown';
}

/** Stores a verdict and binds it to the version, as the evaluate stage does; a lost answer is asked for again. */
export function judging({ models, bucket }: Ports, run: Judging): () => Promise<void> {
  return async () => {
    const { row } = run.of;
    const { binding, bytes, key, sha256 } = verdictOn(row, run.pass, '-again');
    // The first try may have been stored, and its row have moved on before the second.
    const tried = { again: false };
    try {
      await insisting(() => bucket.put(key, bytes));
      const found = await insisting(() => models.version('NSE', 'tb15', row.version));
      const next = recordVerdict(found, binding, { key, sha256 });
      await insisting(() => models.put(next), tried);
      run.outcome = 'stored';
    } catch (error) {
      const { name } = error as Error;
      if (name !== 'Conflict' && name !== 'Temporary') throw error;
      run.outcome = name === 'Conflict' && !tried.again ? 'conflict' : 'unknown';
    }
  };
}

/** What an operator was told who named an endpoint for a version. */
export interface Choosing {
  readonly of: Registered;
  readonly endpoint: string;
  outcome?: 'stored' | 'conflict' | 'unknown';
}

/** Names another backend in a version's entry, once. */
export function choosing(ports: Pick<Ports, 'models'> & { readonly clock: Clock }, run: Choosing) {
  const choose = chooseBackend(ports);
  return async (): Promise<void> => {
    const { exchange, version } = run.of.row;
    const { endpoint } = run;
    try {
      await choose({
        ...{ exchange, version, backend: 'sagemaker', endpoint },
        ...{ operator: 'ravi', reason: 'interleaved' },
      });
      run.outcome = 'stored';
    } catch (error) {
      const { name } = error as Error;
      if (name !== 'Conflict' && name !== 'Temporary') throw error;
      run.outcome = name === 'Conflict' ? 'conflict' : 'unknown';
    }
  };
}

/** Puts a new bundle and registers it, as training does. */
export function training({ models, bucket }: Ports, outcome: { added?: boolean }): () => Promise<void> {
  return async () => {
    await putBundle(bucket, COMING.row.bundle_prefix, new Map(COMING.files));
    outcome.added = await models.add(COMING.row);
  };
}

const MAX_ATTEMPTS = 4;

async function insisting<T>(call: () => Promise<T>, tried = { again: false }): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      tried.again = attempt > 1;
      return await call();
    } catch (error) {
      if (!(error instanceof Temporary) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
