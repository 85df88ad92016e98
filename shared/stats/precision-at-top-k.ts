/** One statement among the others of its day. */
export interface RankedStatement {
  readonly session: string;
  /** The higher, the surer; ties go to the smaller `order`. */
  readonly conviction: number;
  readonly order: number;
  readonly isRight: boolean;
}

/**
 * Precision@TopK: the share right among the `k` surest statements of each session. A day with fewer uses them all; no
 * statements give null.
 *
 * @example two days, k = 1: the surest of each was right and wrong: 0.5
 */
export function precisionAtTopK(statements: readonly RankedStatement[], k: number): number | null {
  const sessions = Map.groupBy(statements, ({ session }) => session);
  const chosen = [...sessions.values()].flatMap((day) =>
    day.toSorted((a, b) => b.conviction - a.conviction || a.order - b.order).slice(0, k),
  );
  if (chosen.length === 0) return null;
  return chosen.filter(({ isRight }) => isRight).length / chosen.length;
}
