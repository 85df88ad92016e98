/** Golden files write numbers that JSON cannot hold as these words. */
const WORDS: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/** A golden value as a number; null (undefined in the reference) as NaN. */
export function golden(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  const word = typeof value === 'string' ? WORDS[value] : undefined;
  if (word === undefined) throw new Error(`golden value: expected a number, null, Infinity or NaN, was ${String(value)}`);
  return word;
}

/** The tolerance that FEATURES.md, section 1, states for a column. */
function tolerance(column: string): number {
  return column.startsWith('price_zscore_') ? 1e-7 : 1e-9;
}

/** Columns that are off, in words; none when all agree within the stated tolerance. */
export function differences(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, unknown>>,
): string[] {
  const found: string[] = [];
  for (const [column, value] of Object.entries(expected)) {
    const want = golden(value);
    const got = actual[column];
    if (got === undefined) found.push(`${column}: expected ${want}, was not computed`);
    else if (!agree(got, want, tolerance(column))) found.push(`${column}: expected ${want}, was ${got}`);
  }
  for (const column of Object.keys(actual)) if (!(column in expected)) found.push(`${column}: not expected`);
  return found;
}

function agree(got: number, want: number, allowed: number): boolean {
  return Object.is(got, want) || Math.abs(got - want) <= allowed * Math.max(1, Math.abs(want));
}
