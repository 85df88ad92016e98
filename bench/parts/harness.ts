/**
 * One benchmark's answer; what else is worth knowing follows under names of its own, further targets as `..._met`.
 */
export interface BenchResult {
  readonly bench: string;
  readonly ours: number;
  /** The peer's figure in the same unit, measured in the same run unless `peer_source` says otherwise. */
  readonly peer: number;
  readonly peer_source: 'measured' | 'recorded';
  /** Unit of ours, peer and target. */
  readonly unit: string;
  /** What ours has to reach; null where only the ratio counts. */
  readonly target: number | null;
  /** Whether less is better (a time) or more (a rate). */
  readonly better: 'lower' | 'higher';
  readonly [detail: string]: unknown;
}

export interface Repeat {
  /** Rounds before the clock counts. */
  readonly warmUp: number;
  /** Rounds that count, at least one. */
  readonly runs: number;
}

/**
 * The value that a share of the values does not exceed (nearest rank, 0 < share <= 1); the input is left as it is.
 * Throws RangeError when there is none. Example: `percentile([3, 1, 2], 0.5)` is 2.
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('values: expected at least one, was none');
  if (!(share > 0 && share <= 1)) throw new RangeError(`share: expected 0 < share <= 1, was ${share}`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

/** The middle value, the lower of two middles. Throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Milliseconds of each counted round of `run`, which is told the round's number (warm-up rounds come first). */
export async function timed(
  { warmUp, runs }: Repeat,
  run: (round: number) => unknown,
  nowMs: () => number = () => performance.now(),
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < warmUp + runs; round += 1) {
    const startMs = nowMs();
    const done = run(round);
    // Waiting costs a turn of the event loop, which is long beside a call of microseconds.
    if (done instanceof Promise) await done;
    if (round >= warmUp) times.push(nowMs() - startMs);
  }
  return times;
}

/** How many times faster ours is than the peer: above 1 it is faster, whichever way the unit counts. */
export function speedRatio({ ours, peer, better }: Pick<BenchResult, 'ours' | 'peer' | 'better'>): number {
  return better === 'lower' ? peer / ours : ours / peer;
}

/** The last line of a benchmark: one JSON object with the ratio, whether all targets are met, figures rounded. */
export function resultLine(result: BenchResult): string {
  const { ours, target, better } = result;
  const reached = target === null || (better === 'lower' ? ours <= target : ours >= target);
  const met = reached && Object.entries(result).every(([name, value]) => !name.endsWith('_met') || value);
  return JSON.stringify({ ...result, ratio: speedRatio(result), met }, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  );
}
