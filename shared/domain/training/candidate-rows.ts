import { InvariantViolated } from '../../errors.ts';
import type { DayColumns } from '../datasets/day-columns.ts';
import { MINUTE_MS, minuteStamp, utcIso } from '../market/indian-time.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { type BlockedRows, countBlockedRows } from './blocked-rows.ts';
import { NO_LABEL } from './classes.ts';
import { type Target, targetNamed } from './targets.ts';

/** An exchange's rows of a dataset as columns, ascending by time; see the trainer's port for units. */
export interface CandidateRows {
  /** Row-major [rows x features]. */
  readonly features: Float64Array;
  readonly timestampsMs: Float64Array;
  readonly sessions: readonly string[];
  /** -1, 0 or 1, NO_LABEL without one; NO_LABEL throughout for a magnitude. */
  readonly targets: Int8Array;
  /** What the target makes of each label, in its unit; NaN without one. */
  readonly labels: Float64Array;
  readonly labelSpanMinutes: Float64Array;
  readonly forwardReturns: Float64Array;
  readonly prices: Float64Array;
  /** What was left out for its quality flags. */
  readonly blockedRows: BlockedRows;
}

/** Takes an exchange's days one after another into arrays that were made for all of them. */
export interface CandidateRowsCollector {
  /** @throws InvariantViolated when its rows do not come after those before, or there are more than was said. */
  add(day: DayColumns): void;
  /** @throws InvariantViolated when there were fewer rows than was said. */
  rows(): CandidateRows;
}

/**
 * Opens a collector for `count` rows of `width` features and the labels of a target (the one in production when left
 * out): the days have to be read with its source. A row without a label keeps its features (the regime filter
 * needs them). A day without any label is left out: nothing could be learnt or judged on it, and it
 * must not count as a session. A row whose snapshot carries one of the `blocking` quality flags is left out and counted:
 * live, it would have been answered HOLD. The forward return runs to the minute in which the label was known; NaN where
 * that minute has no row.
 */
export function collectCandidateRows(
  count: number,
  width: number,
  blocking: readonly string[],
  target: Target = targetNamed(PRODUCTION_TARGET),
): CandidateRowsCollector {
  const blocked = countBlockedRows(blocking);
  const all = {
    features: new Float64Array(count * width),
    timestampsMs: new Float64Array(count),
    sessions: new Array<string>(count),
    targets: new Int8Array(count),
    labels: new Float64Array(count),
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
      const kept = rowsOf(day).filter((row) => !blocked.blocks(day.qualityFlags[row]!));
      if (kept.every((row) => Number.isNaN(day.labels[row]))) return;
      const returns = forwardReturns(day);
      for (const row of kept) {
        all.timestampsMs[filled] = day.timestampsMs[row]!;
        all.sessions[filled] = day.date;
        const label = target.learns(day.labels[row]!);
        all.labels[filled] = label;
        all.targets[filled] = target.kind === 'magnitude' || Number.isNaN(label) ? NO_LABEL : label;
        all.labelSpanMinutes[filled] = day.labelMinutes[row]!;
        all.forwardReturns[filled] = returns[row]!;
        all.prices[filled] = day.prices[row]!;
        for (let at = 0; at < width; at++) all.features[filled * width + at] = day.features[at]![row]!;
        filled += 1;
      }
    },
    rows() {
      if (read !== count) throw wrongCount(count, String(read));
      const rows = filled === count ? all : firstRows(all, filled, width);
      return { ...rows, blockedRows: blocked.count() };
    },
  };
}

type Columns = Omit<CandidateRows, 'blockedRows'>;

function firstRows(all: Columns, rows: number, width: number): Columns {
  return {
    features: all.features.subarray(0, rows * width),
    timestampsMs: all.timestampsMs.subarray(0, rows),
    sessions: all.sessions.slice(0, rows),
    targets: all.targets.subarray(0, rows),
    labels: all.labels.subarray(0, rows),
    labelSpanMinutes: all.labelSpanMinutes.subarray(0, rows),
    forwardReturns: all.forwardReturns.subarray(0, rows),
    prices: all.prices.subarray(0, rows),
  };
}

function rowsOf({ rows }: DayColumns): number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

function forwardReturns({ timestampsMs, prices, labels, labelMinutes }: DayColumns): Float64Array {
  const priceAt = new Map<number, number>();
  for (const [row, ms] of timestampsMs.entries()) priceAt.set(minuteStamp(ms), prices[row]!);
  return prices.map((price, row) => {
    if (Number.isNaN(labels[row])) return Number.NaN;
    const then = priceAt.get(minuteStamp(timestampsMs[row]!) + labelMinutes[row]! * MINUTE_MS);
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
