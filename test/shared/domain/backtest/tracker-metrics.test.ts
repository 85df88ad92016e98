import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawdown, tradingMetrics } from '../../../../shared/domain/backtest/tracker-metrics.ts';
import drawdownGolden from '../../../golden/tracker/drawdown.json' with { type: 'json' };
import metricsGolden from '../../../golden/tracker/trading_metrics.json' with { type: 'json' };

function expectClose(actual: number, expected: number | string): void {
  if (expected === 'NaN') expect(actual).toBeNaN();
  else
    expect(Math.abs(actual - Number(expected))).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(Number(expected))),
    );
}

describe('trading metrics, golden', () => {
  test.each(metricsGolden.cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const actual = tradingMetrics({
      predictions: one.input.predictions,
      actualReturns: one.input.actual_returns,
      positionSizes: one.input.position_sizes,
    });
    expect(Object.keys(actual).sort()).toEqual(Object.keys(one.expected).sort());
    for (const [key, value] of Object.entries(one.expected)) {
      expectClose(actual[key as keyof typeof actual], value);
    }
  });
});

describe('drawdown, golden', () => {
  test.each(drawdownGolden.cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    expectClose(drawdown(one.input.equity_curve), one.expected);
  });
});

describe('missing returns', () => {
  const metrics = tradingMetrics({
    predictions: [1, 1, -1],
    actualReturns: [0.01, null, 0.01],
    positionSizes: [100, 100, 100],
  });
  test('leave the sum, stay below the line', () => {
    expect(metrics.total_pnl).toBeCloseTo(0, 12);
    expect(metrics.win_rate).toBeCloseTo(1 / 3, 12);
    expect(metrics.hit_rate).toBeCloseTo(1 / 3, 12);
    expect(metrics.max_drawdown).toBeCloseTo(1, 12);
  });
  test('make the Sharpe ratio unknown', () => expect(metrics.sharpe_ratio).toBeNaN());
});

test('unequal columns are refused with their lengths', () => {
  expect(() => tradingMetrics({ predictions: [1], actualReturns: [], positionSizes: [1] })).toThrow(
    'was 1, 0, 1',
  );
});

test('a drawdown is never negative and never larger than the range', () => {
  const curve = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(curve, (values) => {
      const fall = drawdown(values);
      expect(fall).toBeGreaterThanOrEqual(0);
      expect(fall).toBeLessThanOrEqual(Math.max(...values) - Math.min(...values));
    }),
  );
});
