import { moments } from '../../stats/moments.ts';

/** How a feature was spread over the training rows: what drift is measured against. Shares add up to 1. */
export interface FeatureProfile {
  readonly name: string;
  /** Over finite values; null without any (deviation: without two). */
  readonly mean: number | null;
  readonly standard_deviation: number | null;
  /** Inner bin edges, strictly ascending: bin b holds edges[b - 1] < x <= edges[b]. Empty: one bin. */
  readonly edges: readonly number[];
  /** Share of the rows in each bin, edges.length + 1 of them. */
  readonly fractions: readonly number[];
  /** Shares of the rows without a finite value. */
  readonly missing: number;
  readonly positive_infinity: number;
  readonly negative_infinity: number;
}

/** The bundle's reference.json. */
export interface ReferenceProfile {
  readonly schema: 1;
  readonly rows: number;
  readonly features: readonly FeatureProfile[];
}

const BINS = 10;

/**
 * Profiles of all features over the given rows, in ten quantile bins (fewer where values repeat).
 *
 * @param matrix - row-major, one column a feature; NaN is missing
 * @param rows - at least one
 */
export function referenceProfile(
  features: readonly string[],
  matrix: ArrayLike<number>,
  rows: Int32Array,
): ReferenceProfile {
  const profiles = features.map((name, column) => {
    const values = Float64Array.from(rows, (row) => matrix[row * features.length + column] as number);
    return profileOf(name, values);
  });
  return { schema: 1, rows: rows.length, features: profiles };
}

function profileOf(name: string, values: Float64Array): FeatureProfile {
  const finite = values.filter(Number.isFinite).sort();
  const { mean, standardDeviation } = moments(finite);
  // Observed values, not ones between them: no bin is then empty where values repeat.
  const cuts = finite.filter((_, at) => isCut(at, finite.length));
  // An edge at the largest value would leave an empty bin above it.
  const edges = [...new Set(cuts)].filter((edge) => edge < (finite.at(-1) ?? Number.NEGATIVE_INFINITY));
  const share = (wanted: number) => values.filter((value) => Object.is(value, wanted)).length / values.length;
  return {
    name,
    mean: finite.length > 0 ? mean : null,
    standard_deviation: finite.length > 1 ? standardDeviation : null,
    edges,
    fractions: binCounts(finite, edges).map((count) => count / values.length),
    missing: share(Number.NaN),
    positive_infinity: share(Number.POSITIVE_INFINITY),
    negative_infinity: share(Number.NEGATIVE_INFINITY),
  };
}

/** Whether a place in the sorted values is the last one of a tenth, the last tenth excepted. */
function isCut(at: number, count: number): boolean {
  const tenth = Math.floor((at * BINS) / count);
  return tenth < BINS - 1 && Math.floor(((at + 1) * BINS) / count) > tenth;
}

/** Values in each bin of ascending inner edges; a value on an edge belongs below it. */
function binCounts(values: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => value <= edge);
    counts[above < 0 ? edges.length : above]! += 1;
  }
  return counts;
}
