import { rankCorrelation } from '../../../stats/rank-correlation.ts';
import type { FeatureImportance } from './importance.ts';

/** Features of a fold that count as its drivers. */
const TOP = 10;

/** What a fold's own model rests on, measured on rows that it judged. */
export interface FoldDrivers {
  readonly fold: number;
  /** Largest first. */
  readonly importance: readonly FeatureImportance[];
}

/** How alike the drivers of two folds are. */
export interface FoldPair {
  readonly folds: readonly [number, number];
  /** Spearman's, over all features that matter in any fold; null where it says nothing. */
  readonly rank_correlation: number | null;
  /** Shared features among the top 10 of both: 1 all, 0 none; null where neither rests on any. */
  readonly jaccard: number | null;
}

export interface FeatureStability {
  readonly feature: string;
  /** In how many folds it is among the top 10. */
  readonly folds_in_top: number;
  /** Its place in each fold, 1 the most important; null where it does not matter at all. */
  readonly ranks: readonly (number | null)[];
}

/** Whether the folds' models rest on the same features: drivers_stability in importance.json. */
export interface DriverStability {
  readonly top: number;
  readonly folds: readonly number[];
  readonly pairs: readonly FoldPair[];
  /** Means over the pairs; null with fewer than two folds. */
  readonly mean_rank_correlation: number | null;
  readonly mean_jaccard: number | null;
  /** Those in the top 10 of some fold, the steadiest first. */
  readonly features: readonly FeatureStability[];
}

/**
 * Compares the drivers of every two folds.
 *
 * @example two folds with the same ten features on top, in the same order: both means are 1
 */
export function driverStability(folds: readonly FoldDrivers[]): DriverStability {
  const known = new Set(folds.flatMap((fold) => mattering(fold).map(({ feature }) => feature)));
  const pairs = folds.flatMap((a, at) => folds.slice(at + 1).map((b) => pairOf(a, b, [...known])));
  return {
    top: TOP,
    folds: folds.map(({ fold }) => fold),
    pairs,
    mean_rank_correlation: meanOf(pairs.map(({ rank_correlation }) => rank_correlation)),
    mean_jaccard: meanOf(pairs.map(({ jaccard }) => jaccard)),
    features: featuresOf(folds),
  };
}

const mattering = ({ importance }: FoldDrivers) => importance.filter(({ overall }) => overall > 0);

const topOf = (fold: FoldDrivers) =>
  new Set(
    mattering(fold)
      .slice(0, TOP)
      .map(({ feature }) => feature),
  );

function pairOf(a: FoldDrivers, b: FoldDrivers, features: readonly string[]): FoldPair {
  const [topA, topB] = [topOf(a), topOf(b)];
  const shared = [...topA].filter((feature) => topB.has(feature)).length;
  const either = topA.size + topB.size - shared;
  const correlation = rankCorrelation(valuesOf(a, features), valuesOf(b, features));
  return {
    folds: [a.fold, b.fold],
    rank_correlation: Number.isNaN(correlation) ? null : correlation,
    jaccard: either === 0 ? null : shared / either,
  };
}

function valuesOf({ importance }: FoldDrivers, features: readonly string[]): number[] {
  const overall = new Map(importance.map((one) => [one.feature, one.overall]));
  return features.map((feature) => overall.get(feature) ?? 0);
}

function featuresOf(folds: readonly FoldDrivers[]): FeatureStability[] {
  const tops = folds.map(topOf);
  const features = [...new Set(tops.flatMap((top) => [...top]))];
  const places = folds.map((fold) => new Map(mattering(fold).map(({ feature }, at) => [feature, at + 1])));
  const last = 1 + Math.max(0, ...folds.map(({ importance }) => importance.length));
  const sum = ({ ranks }: FeatureStability) => ranks.reduce<number>((all, rank) => all + (rank ?? last), 0);
  return features
    .map((feature) => ({
      feature,
      folds_in_top: tops.filter((top) => top.has(feature)).length,
      ranks: places.map((place) => place.get(feature) ?? null),
    }))
    .sort((a, b) => b.folds_in_top - a.folds_in_top || sum(a) - sum(b) || (a.feature < b.feature ? -1 : 1));
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
