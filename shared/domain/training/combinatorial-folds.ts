import type { Fold } from './folds.ts';

export interface CombinatorialShape {
  /** Blocks that the rows are cut into, N; at least 2. */
  readonly groups: number;
  /** Blocks judged in each split, k; from 1 to N - 1. */
  readonly judged: number;
  /** Quiet time kept on both sides of each judged block, in milliseconds. */
  readonly embargoMs: number;
}

/** One split: the blocks it judges, and its rows. */
export interface CombinatorialFold extends Fold {
  readonly judgedGroups: readonly number[];
}

/**
 * Combinatorial purged splits (Lopez de Prado 2018, 12.4): of N blocks of rows every choice of k is judged once, by a
 * fit on the others. A row is left out of the fit when its label's span, from the row to its end, comes within the
 * embargo of the span of a judged block, from its first row to the last of its labels' ends. Blocks end with a session where there are
 * at least N sessions. C(N, k) splits by rising blocks; those with nothing left to fit on or to judge are left out.
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
  const blocks = blocksOf(sessions, shape.groups);
  return combinations(shape.groups, shape.judged)
    .map((judgedGroups) => {
      const judged = judgedGroups.map((group) => blocks[group]!).filter(({ start, end }) => start < end);
      const quiet = judged.map((block) => quietTime(block, timestampsMs, labelEndsMs, shape.embargoMs));
      const inJudged = (row: number) => judged.some(({ start, end }) => row >= start && row < end);
      const isClear = (row: number) =>
        quiet.every(({ fromMs, toMs }) => labelEndsMs[row]! < fromMs || timestampsMs[row]! > toMs);
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

interface Block {
  readonly start: number;
  readonly end: number;
}

/** Equal blocks of rows, each edge moved forward to the next session where there are sessions enough. */
function blocksOf(sessions: readonly string[], groups: number): Block[] {
  const rows = sessions.length;
  const bySession = new Set(sessions).size >= groups;
  const starts = sessions.flatMap((session, row) => (session === sessions[row - 1] ? [] : [row]));
  const edges = Array.from({ length: groups + 1 }, (_, edge) => {
    if (!bySession) return Math.floor((rows * edge) / groups);
    return starts[Math.floor((starts.length * edge) / groups)] ?? rows;
  });
  return edges.slice(1).map((end, at) => ({ start: edges[at]!, end }));
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
