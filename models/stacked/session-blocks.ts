import { embargoSessions } from '../../shared/domain/training/folds.ts';
import type { LabelledMatrix } from '../../shared/ports/model-family.ts';

/** A split between sessions: rows to fit on, rows to score. */
export interface SessionBlock {
  readonly fitted: Int32Array;
  readonly scored: Int32Array;
}

/**
 * Blocks of sessions in a row, each scored by a fit on the others. A session on either side of a block is left out of
 * its fit where there are enough (the embargo of walk-forward folds); labels never reach across a session's end, so
 * nothing else needs a purge.
 *
 * @param most - blocks at most; one a session where there are fewer sessions; none for a single session
 * @example sessions [0, 0, 1, 2], 3 blocks: fit on 1-2, score 0; fit on 0 and 2, score 1; fit on 0-1, score 2
 */
export function sessionBlocks(sessions: LabelledMatrix['sessions'], most: number): SessionBlock[] {
  const all = [...new Set(sessions)];
  const count = all.length < 2 ? 0 : Math.min(most, all.length);
  const place = new Map(all.map((session, at) => [session, at]));
  const embargo = embargoSessions(all.length);
  const rows = Int32Array.from(sessions.keys());
  const placeOf = (row: number) => place.get(sessions[row] as number) as number;
  return Array.from({ length: count }, (_, block) => {
    const from = Math.floor((all.length * block) / count);
    const to = Math.floor((all.length * (block + 1)) / count);
    return {
      fitted: rows.filter((row) => placeOf(row) < from - embargo || placeOf(row) >= to + embargo),
      scored: rows.filter((row) => placeOf(row) >= from && placeOf(row) < to),
    };
  });
}

/** Some of the rows, in the order given. */
export function pickRows(matrix: LabelledMatrix, rows: Int32Array): LabelledMatrix {
  const { values, columns, labels, weights, sessions } = matrix;
  const own = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    own.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return {
    ...{ values: own, rows: rows.length, columns },
    labels: rows.map((row) => labels[row] as number),
    weights: Float64Array.from(rows, (row) => weights[row] as number),
    sessions: rows.map((row) => sessions[row] as number),
  };
}
