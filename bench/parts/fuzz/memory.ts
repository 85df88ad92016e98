import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;
const MB = 2 ** 20;
/** Requests before this share of a run warm caches, compile code and start workers: they say nothing of growth. */
export const WARM_UP_SHARE = 0.25;

/** Resident memory at one moment of a run. */
export interface MemorySample {
  readonly requests: number;
  /** Of the process that is the cloud. */
  readonly cloudMb: number;
  /** Of each worker, by its process id. */
  readonly workersMb: ReadonlyMap<number, number>;
}

/** What memory did over the counted part of a run. */
export interface MemoryGrowth {
  readonly meanMb: number;
  /** By the least-squares line from the first counted sample to the last. */
  readonly growthMb: number;
}

/** Memory of a process and all its children, from /proc. */
export function memoryNow(pid: number, requests: number): MemorySample {
  const workersMb = new Map<number, number>();
  for (const child of descendants(pid)) {
    const mb = residentMb(child);
    if (mb !== undefined) workersMb.set(child, mb);
  }
  return { requests, cloudMb: residentMb(pid) ?? Number.NaN, workersMb };
}

function descendants(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

function residentMb(pid: number): number | undefined {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / MB;
  } catch {
    return undefined;
  }
}

/**
 * Growth of the cloud's own process after the warm-up; undefined with fewer than four samples.
 * Example: 100, 100, 110, 120, 130 MB at 0, 1, 2, 3, 4 requests grow by 30 MB.
 */
export function cloudGrowth(samples: readonly MemorySample[]): MemoryGrowth | undefined {
  return growth(samples.map(({ requests, cloudMb }) => [requests, cloudMb]));
}

/**
 * Growth of the worker that grew most, of those that lived through more than half of the run: one that was started
 * later is still warming up.
 */
export function workerGrowth(samples: readonly MemorySample[]): MemoryGrowth | undefined {
  const pids = new Set(samples.flatMap(({ workersMb }) => [...workersMb.keys()]));
  const grown = [...pids].flatMap((pid) => {
    const lived = samples.flatMap(({ requests, workersMb }): [number, number][] => {
      const mb = workersMb.get(pid);
      return mb === undefined ? [] : [[requests, mb]];
    });
    return lived.length > samples.length / 2 ? [growth(lived)] : [];
  });
  return grown
    .filter((one) => one !== undefined)
    .toSorted((a, b) => b.growthMb - a.growthMb)
    .at(0);
}

function growth(points: readonly (readonly [number, number])[]): MemoryGrowth | undefined {
  const counted = points.slice(Math.floor(points.length * WARM_UP_SHARE));
  if (counted.length < 3) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanMb] = [mean(counted.map(([x]) => x)), mean(counted.map(([, mb]) => mb))];
  const covariance = mean(counted.map(([x, mb]) => (x - meanX) * (mb - meanMb)));
  const variance = mean(counted.map(([x]) => (x - meanX) ** 2));
  const width = counted.at(-1)![0] - counted[0]![0];
  return { meanMb, growthMb: variance === 0 ? 0 : (covariance / variance) * width };
}
