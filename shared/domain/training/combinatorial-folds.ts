import type { Fold } from './folds.ts';

export interface CombinatorialShape {
  /** Blocks that the rows are cut into, N; at least 2. */
  readonly groups: number;
  /** Blocks judged in each split, k; from 1 to N - 1. */
  readonly judged: number;
  /** Quiet time kept on both sides of each judged block, in milliseconds. */
  readonly embargoMs: number;
  /** Whole sessions left out of the fit on both sides of each judged block; none when left out. */
  readonly embargoSessions?: number | undefined;
}

/** One split: the blocks it judges, and its rows. */
export interface CombinatorialFold extends Fold {
  readonly judgedGroups: readonly number[];
}

/**
 * Combinatorial purged splits (Lopez de Prado 2018, 12.4): of N blocks of rows every choice of k is judged once, by a
 * fit on the others. A row is left out of the fit when its label's span, from the row to its end, comes within the
 * embargo of the span of a judged block, from its first row to the last of its labels' ends, or when its session is one
 * of the `embargoSessions` beside a judged block. Blocks end with a session where there are at least N sessions. C(N, k) splits by rising blocks; those with nothing left to fit on or to judge are left out.
 * Throws RangeError for a shape without splits.
 *
 * @param timestampsMs - ascending
 * @param labelEndsMs - when each row's label is known, not before the row
 * @param sessions - each row's session, ascending
 * @example N 6, k 2: 15 splits, from which `backtestPaths` makes 5 paths
 */
export function combinatorialFolds(
  timestampsMs: ArrayLike<number>,
  labelEndsMs: ArrayLike<number>,
  sessions: readonly string[],
  shape: CombinatorialShape,
): CombinatorialFold[] {
  const blocks = combinatorialBlocks(sessions, shape.groups);
  const starts = sessionStarts(sessions);
  return combinations(shape.groups, shape.judged)
    .map((judgedGroups) => {
      const judged = judgedGroups.map((group) => blocks[group]!).filter(({ start, end }) => start < end);
      const quiet = judged.map((block) => quietTime(block, timestampsMs, labelEndsMs, shape.embargoMs));
      const embargoed = judged.map((block) =>
        besides(block, starts, sessions.length, shape.embargoSessions ?? 0),
      );
      const inJudged = (row: number) => isWithin(judged, row);
      const isClear = (row: number) =>
        quiet.every(({ fromMs, toMs }) => labelEndsMs[row]! < fromMs || timestampsMs[row]! > toMs) &&
        !isWithin(embargoed, row);
      const rows = Int32Array.from(sessions.keys());
      return {
        judgedGroups,
        train: rows.filter((row) => !inJudged(row) && isClear(row)),
        test: rows.filter(inJudged),
      };
    })
    .filter(({ train, test }) => train.length > 0 && test.length > 0);
}

/**
 * Whole backtests put together from C(N, k) splits: each of the C(N - 1, k - 1) paths judges every block once. A path names,
 * block by block, the number of the split (in the order of `combinatorialFolds`) whose scores it takes.
 * Throws RangeError for a shape without splits. Example: N 10, k 8 give 36 paths.
 */
export function backtestPaths(groups: number, judged: number): number[][] {
  const splits = combinations(groups, judged);
  const splitsOf = Array.from({ length: groups }, (_, group) =>
    splits.flatMap((judgedGroups, split) => (judgedGroups.includes(group) ? [split] : [])),
  );
  return splitsOf[0]!.map((_, path) => splitsOf.map((ofGroup) => ofGroup[path]!));
}

/** Rows from `start` up to, not including, `end`. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

const isWithin = (blocks: readonly Block[], row: number) =>
  blocks.some(({ start, end }) => row >= start && row < end);

/** The blocks that the splits judge: of whole sessions where there are at least that many, else of equal rows. */
export function combinatorialBlocks(sessions: readonly string[], groups: number): Block[] {
  const rows = sessions.length;
  const starts = sessionStarts(sessions);
  const bySession = starts.length >= groups;
  const edges = Array.from({ length: groups + 1 }, (_, edge) => {
    if (!bySession) return Math.floor((rows * edge) / groups);
    return starts[Math.floor((starts.length * edge) / groups)] ?? rows;
  });
  return edges.slice(1).map((end, at) => ({ start: edges[at]!, end }));
}

function sessionStarts(sessions: readonly string[]): number[] {
  return sessions.flatMap((session, row) => (session === sessions[row - 1] ? [] : [row]));
}

/** A block with `count` whole sessions before it and behind it; nothing for none. */
function besides({ start, end }: Block, starts: readonly number[], rows: number, count: number): Block {
  if (count === 0) return { start, end: start };
  const first = starts.findLastIndex((row) => row <= start);
  const next = starts.findIndex((row) => row >= end);
  return {
    start: starts[Math.max(0, first - count)]!,
    end: (next < 0 ? undefined : starts[next + count]) ?? rows,
  };
}

function quietTime(
  { start, end }: Block,
  timestampsMs: ArrayLike<number>,
  labelEndsMs: ArrayLike<number>,
  embargoMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  let toMs = timestampsMs[start]!;
  for (let row = start; row < end; row += 1) toMs = Math.max(toMs, timestampsMs[row]!, labelEndsMs[row]!);
  return { fromMs: timestampsMs[start]! - embargoMs, toMs: toMs + embargoMs };
}

/** Every choice of `size` of the numbers below `count`, each rising, in lexical order. */
function combinations(count: number, size: number): number[][] {
  if (!(Number.isInteger(count) && Number.isInteger(size) && size >= 1 && size < count)) {
    throw new RangeError(`judged: expected a whole number from 1 to ${count - 1}, was ${size}`);
  }
  const choose = (from: number, left: number): number[][] =>
    left === 0
      ? [[]]
      : Array.from({ length: count - from - left + 1 }, (_, at) => from + at).flatMap((first) =>
          choose(first + 1, left - 1).map((rest) => [first, ...rest]),
        );
  return choose(0, size);
}
