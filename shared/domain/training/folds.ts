/** One split: rows to fit on, later rows to judge. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Rows of one session: from `start` up to, not including, `end`. */
export interface SessionRows {
  readonly session: string;
  readonly start: number;
  readonly end: number;
}

/** Groups rows by session. Rows of a session stand together. Example: ['a','a','b'] gives a 0-2, b 2-3. */
export function sessionRows(sessions: readonly string[]): SessionRows[] {
  const groups: SessionRows[] = [];
  let start = 0;
  for (let row = 1; row <= sessions.length; row += 1) {
    if (row < sessions.length && sessions[row] === sessions[start]) continue;
    groups.push({ session: sessions[start] as string, start, end: row });
    start = row;
  }
  return groups;
}

/** Sessions between the last one fitted on and the first one judged. */
export function embargoSessions(sessionCount: number): number {
  return sessionCount >= 10 ? 1 : 0;
}

/**
 * Walk-forward splits by session: fitted on all sessions before the test block and its embargo, so
 * every fit ends before its day. Labels never cross a session's end: whole sessions need no further purge.
 *
 * @param groups - ascending by session
 * @param foldCount - wanted; fewer when there are too few sessions
 * @example 6 sessions, 2 folds, no embargo: fit on 1-2, judge 3-4; fit on 1-4, judge 5-6
 */
export function walkForwardFolds(groups: readonly SessionRows[], foldCount: number, embargo: number): Fold[] {
  const first = Math.max(1 + embargo, Math.floor(groups.length / (foldCount + 1)) + embargo);
  const judged = groups.length - first;
  const folds = Math.min(foldCount, judged);
  return Array.from({ length: Math.max(0, folds) }, (_, fold) => {
    const from = first + Math.floor((judged * fold) / folds);
    const to = first + Math.floor((judged * (fold + 1)) / folds);
    return { train: rowsOf(groups.slice(0, from - embargo)), test: rowsOf(groups.slice(from, to)) };
  });
}

function rowsOf(groups: readonly SessionRows[]): Int32Array {
  const start = groups[0]?.start ?? 0;
  const end = groups.at(-1)?.end ?? 0;
  return Int32Array.from({ length: end - start }, (_, at) => start + at);
}

/**
 * Walk-forward splits by blocks of rows, for fewer than 5 sessions: a training row whose label reaches
 * into the test block is purged, and the embargo before the block is left out too.
 *
 * @param labelEndsMs - when each row's label is known
 * @param embargoMs - quiet time before the block
 */
export function purgedBlockFolds(
  timestampsMs: ArrayLike<number>,
  labelEndsMs: ArrayLike<number>,
  foldCount: number,
  embargoMs: number,
): Fold[] {
  const rows = timestampsMs.length;
  const edge = (block: number) => Math.floor((rows * block) / (foldCount + 1));
  return Array.from({ length: foldCount }, (_, fold) => {
    const from = edge(fold + 1);
    const startMs = (timestampsMs[from] as number) - embargoMs;
    const all = Int32Array.from({ length: from }, (_, row) => row);
    const test = Int32Array.from({ length: edge(fold + 2) - from }, (_, at) => from + at);
    return { train: all.filter((row) => (labelEndsMs[row] as number) < startMs), test };
  }).filter(({ train, test }) => train.length > 0 && test.length > 0);
}
