import { describe, expect, test } from 'vitest';
import { deflatedSharpe } from '../../../shared/stats/deflated-sharpe.ts';
import { expectedMaximum } from '../../../shared/stats/expected-maximum.ts';
import { minimumBacktestLengthYears } from '../../../shared/stats/minimum-backtest-length.ts';
import { minimumTrackRecordLength } from '../../../shared/stats/minimum-track-record-length.ts';
import { probabilisticSharpe } from '../../../shared/stats/probabilistic-sharpe.ts';
import { sharpeRatio } from '../../../shared/stats/sharpe-ratio.ts';

/** Reference values of the evaluation gate's design, which takes them from the papers. */
describe('reference values', () => {
  test('expected maximum of 100 standard normals', () =>
    expect(Math.abs(expectedMaximum(100) - 2.5306028932016846)).toBeLessThan(1e-9));

  test('probabilistic Sharpe ratio', () => {
    const sample = { sharpe: 1.585 / Math.sqrt(12), periods: 24, skewness: -2.448, kurtosis: 10.164 };
    expect(Math.abs(probabilisticSharpe(sample, 0) - 0.9132343068848602)).toBeLessThan(1e-9);
  });

  const daily = { sharpe: 2.5 / Math.sqrt(250), periods: 1250, skewness: -3, kurtosis: 10 };
  test('deflated Sharpe ratio with 100 trials', () =>
    expect(Math.abs(deflatedSharpe(daily, 100, 0.5 / 250) - 0.9003968344493904)).toBeLessThan(1e-9));
  test('deflated Sharpe ratio with 46 trials', () =>
    expect(deflatedSharpe(daily, 46, 0.5 / 250)).toBeCloseTo(0.9505017, 7));
  test('one trial is not deflated', () =>
    expect(deflatedSharpe(daily, 1, 0.5 / 250)).toBe(probabilisticSharpe(daily, 0)));

  test.each([
    ['daily', 252, 0, 3, 2.731],
    ['weekly', 52, 0, 3, 2.8288],
    ['monthly', 12, 0, 3, 3.2398],
    ['daily, skewed', 252, -0.72, 5.78, 3.0063],
    ['weekly, skewed', 52, -0.72, 5.78, 3.5138],
    ['monthly, skewed', 12, -0.72, 5.78, 4.9913],
  ])('minimum track record length, %s', (_name, periods, skewness, kurtosis, years) => {
    const sample = { sharpe: 2 / Math.sqrt(periods), skewness, kurtosis };
    const length = minimumTrackRecordLength(sample, 1 / Math.sqrt(periods), 0.95);
    expect(length / periods).toBeCloseTo(years, 4);
  });

  test('minimum backtest length', () => expect(minimumBacktestLengthYears(45, 1)).toBeCloseTo(4.998, 3));
});

describe('edges', () => {
  test('no trial is an error', () => expect(() => expectedMaximum(0)).toThrow('was 0'));
  test('a losing record never gets long enough', () =>
    expect(minimumTrackRecordLength({ sharpe: -0.1, skewness: 0, kurtosis: 3 }, 0, 0.95)).toBe(
      Number.POSITIVE_INFINITY,
    ));
  test('one period proves nothing', () =>
    expect(probabilisticSharpe({ sharpe: 1, periods: 1, skewness: 0, kurtosis: 3 }, 0)).toBeNaN());
  test('a sample too skewed for the approximation is no evidence', () =>
    expect(probabilisticSharpe({ sharpe: 3, periods: 50, skewness: 9, kurtosis: 3 }, 0)).toBe(0.5));
  test('Sharpe ratio of two returns', () => expect(sharpeRatio([0.01, 0.03])).toBeCloseTo(Math.SQRT2, 12));
  test('a flat line has none', () => expect(sharpeRatio([0.001, 0.001, 0.001])).toBe(0));
});
