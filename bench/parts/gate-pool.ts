import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Counted, type Experiment, type Share, together } from './gate-experiment.ts';

/** Pairs that a thread is given at once: small enough that both threads end together. */
const AT_ONCE = 50;

export type Judged<One extends Experiment = Experiment> = One & Counted;

/** Shows the gate all pairs of the experiments, in `threads` threads; an experiment's pairs are numbered from its seed on. */
export async function runExperiments<One extends Experiment>(
  experiments: readonly One[],
  seedOf: (at: number) => number,
  threads: number,
): Promise<Judged<One>[]> {
  const shares = experiments.flatMap((experiment, at) => sharesOf(experiment, at, seedOf(at)));
  const counted = new Map<number, Counted>();
  const queue = shares.values();
  const work = async () => {
    const worker = new Worker(new URL('../workers/gate-share.ts', import.meta.url));
    for (const { at, share } of queue) {
      worker.postMessage({ experiment: experiments[at], share });
      const [found] = (await once(worker, 'message')) as [Counted];
      const before = counted.get(at);
      counted.set(at, before === undefined ? found : together(before, found));
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, work));
  return experiments.map((experiment, at) => ({ ...experiment, ...counted.get(at)! }));
}

function sharesOf({ pairs }: Experiment, at: number, seed: number): { at: number; share: Share }[] {
  const count = Math.ceil(pairs / AT_ONCE);
  return Array.from({ length: count }, (_, share) => ({
    at,
    share: { from: share * AT_ONCE, to: Math.min(pairs, (share + 1) * AT_ONCE), seed },
  }));
}
