import { InvariantViolated } from '../../errors.ts';
import type { DayColumns } from '../datasets/day-columns.ts';
import { MINUTE_MS, minuteStamp, utcIso } from '../market/indian-time.ts';
import { NO_LABEL } from './classes.ts';

/** An exchange's rows of a dataset as columns, ascending by time; see the trainer's port for units. */
export interface CandidateRows {
  /** Row-major [rows x features]. */
  readonly features: Float64Array;
  readonly timestampsMs: Float64Array;
  readonly sessions: readonly string[];
  readonly targets: Int8Array;
  readonly labelSpanMinutes: Float64Array;
  readonly forwardReturns: Float64Array;
  readonly prices: Float64Array;
}

/** Takes an exchange's days one after another into arrays that were made for all of them. */
export interface CandidateRowsCollector {
  /** @throws InvariantViolated when its rows do not come after those before, or there are more than was said. */
  add(day: DayColumns): void;
  /** @throws InvariantViolated when there were fewer rows than was said. */
  rows(): CandidateRows;
}

/**
 * Opens a collector for `count` rows of `width` features. A row without a target keeps its features (the regime filter
 * needs them) and has no label. A day without any label is left out: nothing could be learnt or judged on it, and it
 * must not count as a session. The forward return runs to the minute in which the label was known; NaN where that
 * minute has no row.
 */
export function collectCandidateRows(count: number, width: number): CandidateRowsCollector {
  const all = {
    features: new Float64Array(count * width),
    timestampsMs: new Float64Array(count),
    sessions: new Array<string>(count),
    targets: new Int8Array(count),
    labelSpanMinutes: new Float64Array(count),
    forwardReturns: new Float64Array(count),
    prices: new Float64Array(count),
  };
  let read = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let filled = 0;
  return {
    add(day) {
      read += day.rows;
      if (read > count) throw wrongCount(count, `${read} up to ${day.date}`);
      assertRising(lastMs, day);
      lastMs = day.timestampsMs.at(-1) ?? lastMs;
      if (day.targets.every((target) => target === NO_LABEL)) return;
      all.timestampsMs.set(day.timestampsMs, filled);
      all.sessions.fill(day.date, filled, filled + day.rows);
      all.targets.set(day.targets, filled);
      all.labelSpanMinutes.set(day.minutesToHit, filled);
      all.forwardReturns.set(forwardReturns(day), filled);
      all.prices.set(day.prices, filled);
      transpose(day.features, all.features.subarray(filled * width, (filled + day.rows) * width));
      filled += day.rows;
    },
    rows() {
      if (read !== count) throw wrongCount(count, String(read));
      return filled === count ? all : firstRows(all, filled, width);
    },
  };
}

function firstRows(all: CandidateRows, rows: number, width: number): CandidateRows {
  return {
    features: all.features.subarray(0, rows * width),
    timestampsMs: all.timestampsMs.subarray(0, rows),
    sessions: all.sessions.slice(0, rows),
    targets: all.targets.subarray(0, rows),
    labelSpanMinutes: all.labelSpanMinutes.subarray(0, rows),
    forwardReturns: all.forwardReturns.subarray(0, rows),
    prices: all.prices.subarray(0, rows),
  };
}

/** Columns into the row-major block of one day. */
function transpose(columns: readonly Float64Array[], into: Float64Array): void {
  const width = columns.length;
  for (const [at, values] of columns.entries()) {
    for (let row = 0; row < values.length; row++) into[row * width + at] = values[row]!;
  }
}

function forwardReturns({ timestampsMs, prices, targets, minutesToHit }: DayColumns): Float64Array {
  const priceAt = new Map<number, number>();
  for (const [row, ms] of timestampsMs.entries()) priceAt.set(minuteStamp(ms), prices[row]!);
  return prices.map((price, row) => {
    if (targets[row] === NO_LABEL) return Number.NaN;
    const then = priceAt.get(minuteStamp(timestampsMs[row]!) + minutesToHit[row]! * MINUTE_MS);
    return then === undefined ? Number.NaN : then / price - 1;
  });
}

function assertRising(lastMs: number, { date, timestampsMs }: DayColumns): void {
  let before = lastMs;
  for (const ms of timestampsMs) {
    if (!(ms > before)) {
      const was = `${utcIso(ms)} after ${utcIso(before)}`;
      throw new InvariantViolated(`features of ${date}: expected rows by rising time, was ${was}`);
    }
    before = ms;
  }
}

function wrongCount(expected: number, was: string): InvariantViolated {
  return new InvariantViolated(`rows: expected ${expected} as the manifest says, was ${was}`);
}
