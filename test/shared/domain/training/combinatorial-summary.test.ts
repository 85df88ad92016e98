import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BacktestPath,
  spreadOf,
  summarisePaths,
} from '../../../../shared/domain/training/combinatorial-summary.ts';

const path = (more: Partial<BacktestPath>): BacktestPath => ({
  path: 1,
  rows: 100,
  log_loss: 0.9,
  base_log_loss: 1,
  auc: { sell: 0.5, hold: 0.5, buy: 0.6 },
  trades: 7,
  net_return: 0.01,
  daily_sharpe: 0.2,
  ...more,
});

describe('spreadOf', () => {
  it('leaves out what is not known', () => {
    expect(spreadOf([1, null, 3])).toEqual({ mean: 2, standard_deviation: Math.SQRT2, least: 1, most: 3 });
    expect(spreadOf([4])).toEqual({ mean: 4, standard_deviation: null, least: 4, most: 4 });
    expect(spreadOf([null])).toEqual({ mean: null, standard_deviation: null, least: null, most: null });
  });

  it('holds the mean between the ends', () => {
    const figure = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(figure, { minLength: 2 }), (values) => {
        const { mean, standard_deviation, least, most } = spreadOf(values);
        expect(mean!).toBeGreaterThanOrEqual(least! - 1e-6);
        expect(mean!).toBeLessThanOrEqual(most! + 1e-6);
        expect(standard_deviation!).toBeLessThanOrEqual((most! - least!) * Math.SQRT2 + 1e-6);
      }),
    );
  });
});

describe('summarisePaths', () => {
  it('counts a path that ends below its start as a loss, one without a trade not', () => {
    const paths = [
      path({ net_return: -0.001, daily_sharpe: -0.1 }),
      path({ path: 2 }),
      path({ path: 3, net_return: 0, daily_sharpe: null, auc: { sell: null, hold: null, buy: null } }),
      path({ path: 4, net_return: -1, daily_sharpe: -0.3 }),
    ];
    expect(summarisePaths(paths)).toMatchObject({
      losing_share: 0.5,
      log_loss: { mean: 0.9, standard_deviation: 0 },
      auc_sell: { mean: 0.5 },
      auc_buy: { least: 0.6 },
      daily_sharpe: { least: -0.3, most: 0.2 },
    });
    expect(summarisePaths(paths).paths).toBe(paths);
  });
});
