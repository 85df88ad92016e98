import type { FeatureRow } from './feature-row.ts';

/** How far a day's rows in the lake are the rows that were served. */
export interface Parity {
  /** Rows served live. */
  readonly served: number;
  /** Of those, how many the lake repeats bit for bit. */
  readonly equal: number;
  /** `<uid> <feature>: served <a>, recomputed <b>` of the earliest row that differs; null when none does. */
  readonly first_difference: string | null;
}

/**
 * Compares served rows with the rows recomputed in bulk: every value to its last bit (NaN equals NaN, 0 differs from
 * -0), and the quality flags. A served row that the bulk does not make differs. `names` are the features in their order.
 */
export function compareServed(
  served: readonly FeatureRow[],
  recomputed: readonly FeatureRow[],
  names: readonly string[],
): Parity {
  const again = new Map(recomputed.map((row) => [row.uid, row]));
  const differing = served.flatMap((row) => difference(row, again.get(row.uid), names) ?? []);
  return {
    served: served.length,
    equal: served.length - differing.length,
    first_difference: differing[0] ?? null,
  };
}

function difference(
  { uid, values, quality_flags }: FeatureRow,
  again: FeatureRow | undefined,
  names: readonly string[],
): string | null {
  if (again === undefined) return `${uid}: served, but not made in bulk`;
  const said = (what: string, a: unknown, b: unknown) => `${uid} ${what}: served ${a}, recomputed ${b}`;
  if (values.length !== again.values.length) return said('features', values.length, again.values.length);
  const at = values.findIndex((value, index) => !Object.is(value, again.values[index]));
  if (at >= 0) return said(names[at] ?? `feature ${at}`, shown(values[at]), shown(again.values[at]));
  const [flags, flagsAgain] = [quality_flags.join(' '), again.quality_flags.join(' ')];
  return flags === flagsAgain ? null : said('quality_flags', flags || 'none', flagsAgain || 'none');
}

function shown(value: number | undefined): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
