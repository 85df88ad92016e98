import type { ScoredRow } from './scored-row.ts';

/**
 * The rows, with the labels of those minutes taken away of which `other` has no label: hits and probabilities of two
 * bundles are compared on the same minutes. Positions and prices stay, so that returns count as they were.
 * Example: `pairedLabels(mine, theirs)` and `pairedLabels(theirs, mine)` have labels on the same minutes.
 */
export function pairedLabels(rows: readonly ScoredRow[], other: readonly ScoredRow[]): ScoredRow[] {
  const labelled = new Set(other.filter(({ label }) => label !== null).map(placeOf));
  return rows.map((row) =>
    row.label === null || labelled.has(placeOf(row)) ? row : { ...row, label: null },
  );
}

function placeOf({ session, minute }: ScoredRow): string {
  return `${session}#${minute}`;
}
