import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastTenths } from '../../../../../shared/domain/training/magnitude/forecast-charts.ts';
import {
  type ForecastRows,
  measureForecasts,
} from '../../../../../shared/domain/training/magnitude/metrics.ts';
import { fitNaive, naiveForecasts } from '../../../../../shared/domain/training/magnitude/naive-forecast.ts';

const rowsOf = (amounts: number[], forecasts: number[], mean = 3, volatility = amounts): ForecastRows => ({
  amounts: Float64Array.from(amounts),
  forecasts: Float64Array.from(forecasts),
  naiveMean: Float64Array.from(amounts, () => mean),
  naiveVolatility: Float64Array.from(volatility),
});

describe('the naive forecasts', () => {
  it('are the example', () => {
    const [amounts, moves] = [Float64Array.of(2, 4), Float64Array.of(1, 2)];
    const rows = Int32Array.of(0, 1);
    expect(fitNaive(amounts, moves, Float64Array.of(1, 1), rows)).toEqual({ mean: 3, scale: 2 });
  });

  it('rest on the given rows alone, weigh them, and fall back on the mean', () => {
    const amounts = Float64Array.of(2, 6, 1e9, Number.NaN);
    const moves = Float64Array.of(1, Number.NaN, 1, 1);
    const naive = fitNaive(amounts, moves, Float64Array.of(3, 1, 5, 0), Int32Array.of(0, 1));
    expect(naive).toEqual({ mean: 3, scale: 2 });
    const { mean, volatility } = naiveForecasts(naive, moves, Int32Array.of(1, 2, 3));
    expect([...mean]).toEqual([3, 3, 3]);
    expect([...volatility]).toEqual([3, 2, 2]);
    const blind = fitNaive(amounts, moves.fill(Number.NaN), Float64Array.of(1, 1, 0, 0), Int32Array.of(0, 1));
    expect(blind).toEqual({ mean: 4, scale: 0 });
    expect([...naiveForecasts(blind, moves, Int32Array.of(0)).volatility]).toEqual([4]);
  });
});

describe('measureForecasts', () => {
  it('says how far off, and how much better than naive', () => {
    const metrics = measureForecasts(rowsOf([1, 3, 5], [1, 4, 4], 3, [3, 3, 3]));
    expect(metrics).toMatchObject({ rows: 3, mean_amount: 3, mean_forecast: 3, mae: 2 / 3 });
    expect(metrics.rmse).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(metrics.r2).toBeCloseTo(1 - 2 / 8, 12);
    expect(metrics.r2_against_volatility).toBeCloseTo(1 - 2 / 8, 12);
    expect(metrics.naive.mean.rank_correlation).toBeNull();
    expect(metrics.rank_correlation).toBeCloseTo(0.8660254037844387, 12);
  });

  it('has no share of an error that is nothing', () => {
    expect(measureForecasts(rowsOf([3, 3], [1, 4])).r2).toBeNull();
    expect(measureForecasts(rowsOf([1, 2], [1, 2])).r2_against_volatility).toBeNull();
  });

  it('is 0 for the mean itself, and below for anything worse', () => {
    const amounts = fc.array(fc.nat(50), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(amounts, (given) => {
        fc.pre(new Set(given).size > 1);
        const same = measureForecasts(
          rowsOf(
            given,
            given.map(() => 3),
          ),
        );
        expect(same.r2).toBe(0);
        const mean = given.reduce((sum, value) => sum + value, 0) / given.length;
        const away = measureForecasts(
          rowsOf(
            given,
            given.map(() => mean + 100),
            mean,
          ),
        );
        expect(away.r2).toBeLessThan(0);
      }),
    );
  });
});

describe('forecastTenths', () => {
  it('holds every row once, by rising forecast', () => {
    const amounts = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(amounts, (given) => {
        const tenths = forecastTenths({
          forecasts: Float64Array.from(given, ([forecast]) => forecast),
          amounts: Float64Array.from(given, ([, amount]) => amount),
        });
        expect(tenths.reduce((sum, { rows }) => sum + rows, 0)).toBe(given.length);
        tenths.forEach(({ mean_forecast, lower_quartile, upper_quartile }, at) => {
          if (at > 0) expect(mean_forecast).toBeGreaterThanOrEqual(tenths[at - 1]!.mean_forecast);
          expect(upper_quartile).toBeGreaterThanOrEqual(lower_quartile);
        });
      }),
    );
  });
});
