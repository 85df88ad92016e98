import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../../shared/adapters/vega/render-chart.ts';
import { driverStability, type FoldDrivers } from '../../../../../shared/domain/training/report/stability.ts';
import {
  stabilityChart,
  stabilitySections,
} from '../../../../../shared/domain/training/report/stability-chart.ts';

const NAMES = Array.from({ length: 14 }, (_, at) => `feature_${String(at).padStart(2, '0')}`);

/** A fold whose features matter in the order given; those after `mattering` not at all. */
const fold = (number: number, order: readonly string[], mattering = order.length): FoldDrivers => ({
  fold: number,
  importance: order.map((feature, at) => ({
    feature,
    overall: at < mattering ? 1 / (at + 1) : 0,
    by_class: {},
    by_regime: {},
  })),
});

describe('the stability of drivers', () => {
  it('is full where every fold rests on the same features in the same order', () => {
    const stability = driverStability([fold(1, NAMES), fold(2, NAMES), fold(3, NAMES)]);
    expect(stability.mean_jaccard).toBe(1);
    expect(stability.mean_rank_correlation).toBeCloseTo(1, 12);
    expect(stability.pairs.map(({ folds }) => folds)).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(stability.features).toHaveLength(10);
    expect(stability.features[0]).toEqual({ feature: 'feature_00', folds_in_top: 3, ranks: [1, 1, 1] });
  });

  it('is counted by hand where folds differ', () => {
    // The tops share features 04 to 09: six of fourteen.
    const stability = driverStability([fold(1, NAMES), fold(2, NAMES.toReversed())]);
    expect(stability.mean_jaccard).toBeCloseTo(6 / 14, 12);
    expect(stability.mean_rank_correlation).toBeCloseTo(-1, 12);
    expect(stability.features).toHaveLength(14);
    expect(stability.features.slice(0, 6).every(({ folds_in_top }) => folds_in_top === 2)).toBe(true);
    expect(stability.features.find(({ feature }) => feature === 'feature_00')).toEqual({
      feature: 'feature_00',
      folds_in_top: 1,
      ranks: [1, 14],
    });
  });

  it('counts nothing that does not matter', () => {
    const stability = driverStability([fold(1, NAMES, 2), fold(2, NAMES.toReversed(), 1)]);
    expect(stability.features.map(({ feature, ranks }) => [feature, ranks])).toEqual([
      ['feature_00', [1, null]],
      ['feature_13', [null, 1]],
      ['feature_01', [2, null]],
    ]);
    expect(stability.mean_jaccard).toBe(0);
  });

  it('says nothing of one fold, and little of models that rest on nothing', () => {
    expect(driverStability([fold(1, NAMES)])).toMatchObject({
      mean_jaccard: null,
      mean_rank_correlation: null,
    });
    const empty = driverStability([fold(1, NAMES, 0), fold(2, NAMES, 0)]);
    expect(empty).toMatchObject({ mean_jaccard: null, mean_rank_correlation: null, features: [] });
  });

  it('does not depend on which of two folds comes first', () => {
    const order = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
    fc.assert(
      fc.property(order, order, (a, b) => {
        const [one, other] = [
          driverStability([fold(1, a), fold(2, b)]),
          driverStability([fold(1, b), fold(2, a)]),
        ];
        expect(one.mean_jaccard).toBe(other.mean_jaccard);
        expect(one.mean_rank_correlation).toBeCloseTo(other.mean_rank_correlation!, 12);
      }),
    );
  });
});

describe('the picture of stability', () => {
  const stability = driverStability([fold(1, NAMES), fold(2, NAMES.toReversed())]);

  it('is one cell a feature and fold, and says how many features last', async () => {
    const [section] = stabilitySections(stability);
    expect(section!.says).toContain('6 of 14 features are among the top 10 in every fold');
    expect(section!.says).toContain('0.43');
    const svg = await renderChart(stabilityChart(stability));
    for (const name of [...NAMES, 'fold 1', 'fold 2']) expect(svg).toContain(`>${name}<`);
  });

  it('shows a dash where a feature does not matter, and no colour', async () => {
    const svg = await renderChart(stabilityChart(driverStability([fold(1, NAMES, 2), fold(2, NAMES, 0)])));
    expect(svg.match(/>-</g)).toHaveLength(2);
    expect(svg).not.toContain('null');
  });

  it('is left out where there is nothing to compare', () => {
    expect(stabilitySections(null)).toEqual([]);
    expect(stabilitySections(driverStability([fold(1, NAMES)]))).toEqual([]);
  });
});
