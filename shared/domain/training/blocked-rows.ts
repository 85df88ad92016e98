/** Rows that were left out because of what their snapshot was flagged with. */
export interface BlockedRows {
  readonly rows: number;
  /** Rows by blocking flag, most first; a row with two flags counts in both. */
  readonly flags: Readonly<Record<string, number>>;
}

export const NO_BLOCKED_ROWS: BlockedRows = { rows: 0, flags: {} };

/** Counts rows that carry a blocking flag. */
export interface BlockedRowsCount {
  /** Whether a row with these flags (blank-separated, as in the lake) is blocked; counted when it is. */
  blocks(qualityFlags: string): boolean;
  count(): BlockedRows;
}

/**
 * Opens a count of the rows that carry one of the `blocking` flags.
 * Example: with `['spot_frozen']`, `blocks('vix_missing spot_frozen')` is true and the count `{rows: 1, flags: {spot_frozen: 1}}`.
 */
export function countBlockedRows(blocking: readonly string[]): BlockedRowsCount {
  const flags = new Map<string, number>();
  let rows = 0;
  return {
    blocks(qualityFlags) {
      if (qualityFlags === '') return false;
      const found = qualityFlags.split(' ').filter((flag) => blocking.includes(flag));
      for (const flag of found) flags.set(flag, (flags.get(flag) ?? 0) + 1);
      if (found.length > 0) rows += 1;
      return found.length > 0;
    },
    count: () => ({
      rows,
      flags: Object.fromEntries([...flags].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    }),
  };
}

/** For people. Example: `12 rows left out for their quality flags (spot_frozen 11, crossed_quotes 1)`; '' for none. */
export function blockedRowsText({ rows, flags }: BlockedRows): string {
  if (rows === 0) return '';
  const each = Object.entries(flags).map(([flag, count]) => `${flag} ${count}`);
  const [what, whose] = rows === 1 ? ['row', 'its'] : ['rows', 'their'];
  return `${rows} ${what} left out for ${whose} quality flags (${each.join(', ')})`;
}
