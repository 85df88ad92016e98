import { quantile } from './quantile.ts';
import { seededUniform } from './seeded-uniform.ts';

export interface BootstrapOptions {
  readonly rows: number;
  readonly resamples: number;
  readonly seed: number;
  /** Two-sided confidence, such as 0.9. */
  readonly confidence: number;
  /** Rows drawn together; the cube root of the rows by default. */
  readonly blockLength?: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Percentile interval of a statistic under the circular block bootstrap: whole runs of days are drawn, so that
 * dependence between neighbouring days stays in. `statistic` is given row numbers (with repeats).
 * Deterministic in `seed`. No rows, or a statistic that is never finite, gives NaN bounds.
 */
export function blockBootstrap(
  statistic: (rows: readonly number[]) => number,
  options: BootstrapOptions,
): Interval {
  const { rows, resamples, confidence } = options;
  if (rows === 0) return { lower: Number.NaN, upper: Number.NaN };
  const block = options.blockLength ?? Math.max(1, Math.round(Math.cbrt(rows)));
  const next = seededUniform(options.seed);
  const drawn: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const value = statistic(drawRows(rows, block, next));
    if (Number.isFinite(value)) drawn.push(value);
  }
  drawn.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { lower: quantile(drawn, tail), upper: quantile(drawn, 1 - tail) };
}

function drawRows(rows: number, block: number, next: () => number): number[] {
  const drawn: number[] = [];
  while (drawn.length < rows) {
    const start = Math.floor(next() * rows);
    for (let i = 0; i < block && drawn.length < rows; i++) drawn.push((start + i) % rows);
  }
  return drawn;
}
