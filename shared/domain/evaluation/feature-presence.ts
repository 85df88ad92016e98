/** How a feature that is not always there comes and goes, session by session. Shares are fractions of the rows. */
export interface FeaturePresence {
  /** Of the newest sessions. */
  readonly newest: number;
  /** The least of any stretch of as many sessions before them. */
  readonly least_before: number;
  /** Sessions in a stretch. */
  readonly sessions: number;
}

/** One session of a feature: rows, and those that have a value. */
export interface SessionCount {
  readonly rows: number;
  readonly known: number;
}

/**
 * Compares a feature's newest `stretch` sessions with every stretch of as many sessions before them. A feature that is
 * undefined by its own definition now and then (a skew that the ladder reaches before expiry only) is about as often there
 * as it was before; one whose source has died is not. Null with fewer than two stretches, or without a row.
 * Example: `featurePresence([{rows: 4, known: 4}, {rows: 4, known: 2}, {rows: 4, known: 3}], 1)` is
 * `{ newest: 0.75, least_before: 0.5, sessions: 1 }`.
 */
export function featurePresence(sessions: readonly SessionCount[], stretch: number): FeaturePresence | null {
  const before = sessions.length - stretch;
  if (stretch < 1 || before < stretch) return null;
  const shareFrom = (start: number) => share(sessions.slice(start, start + stretch));
  const earlier = Array.from({ length: before - stretch + 1 }, (_, start) => shareFrom(start));
  const [newest, least_before] = [shareFrom(before), Math.min(...earlier)];
  return Number.isNaN(newest + least_before) ? null : { newest, least_before, sessions: stretch };
}

function share(sessions: readonly SessionCount[]): number {
  const sum = (of: keyof SessionCount) => sessions.reduce((total, one) => total + one[of], 0);
  return sum('known') / sum('rows');
}
