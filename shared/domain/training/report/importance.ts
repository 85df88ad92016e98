import { CLASSES } from '../classes.ts';

/** SHAP contributions of a sample of rows, raw score of each class (or one amount) by feature. */
export interface ShapSample {
  readonly features: readonly string[];
  /** What is explained of each row; the classes when left out. */
  readonly outputs?: readonly string[] | undefined;
  /** [rows x outputs x features] */
  readonly contributions: Float64Array;
  /** The features' own values, [rows x features]; NaN is missing. */
  readonly values: Float64Array;
  /** Likeliest regime of each row. */
  readonly regimes: readonly number[];
}

export interface FeatureImportance {
  readonly feature: string;
  /** Mean absolute contribution over all rows and outputs. */
  readonly overall: number;
  /** The same for one output: SELL, HOLD, BUY. */
  readonly by_class: Readonly<Record<string, number>>;
  /** The same for rows of one regime. */
  readonly by_regime: Readonly<Record<string, number>>;
}

/**
 * Global importance: the mean absolute SHAP value (Lundberg et al. 2020), largest first; overall, by class and by
 * regime. No rows give zeros.
 */
export function importances(sample: ShapSample): FeatureImportance[] {
  const rows = sample.regimes.length;
  const regimes = [...new Set(sample.regimes)].sort((a, b) => a - b);
  const { outputs = CLASSES } = sample;
  const all = [...outputs.keys()];
  return sample.features
    .map((feature, column) => {
      const mean = (keep: (row: number) => boolean, wanted: readonly number[]) =>
        meanAbsolute(sample, column, rows, keep, wanted);
      return {
        feature,
        overall: mean(() => true, all),
        by_class: Object.fromEntries(outputs.map((name, at) => [name, mean(() => true, [at])])),
        by_regime: Object.fromEntries(
          regimes.map((regime) => [regime, mean((row) => sample.regimes[row] === regime, all)]),
        ),
      };
    })
    .sort((a, b) => b.overall - a.overall);
}

function meanAbsolute(
  { contributions, features, outputs = CLASSES }: ShapSample,
  column: number,
  rows: number,
  keep: (row: number) => boolean,
  wanted: readonly number[],
): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    if (!keep(row)) continue;
    for (const at of wanted) {
      sum += Math.abs(contributions[(row * outputs.length + at) * features.length + column] as number);
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** The most important features of each regime, for a risk officer to sign: the same list, shortened. */
export function topFeatures(list: readonly FeatureImportance[], count: number): Record<string, string[]> {
  const regimes = Object.keys(list[0]?.by_regime ?? {});
  return Object.fromEntries(
    regimes.map((regime) => [
      regime,
      [...list]
        .sort((a, b) => (b.by_regime[regime] ?? 0) - (a.by_regime[regime] ?? 0))
        .slice(0, count)
        .map(({ feature }) => feature),
    ]),
  );
}
