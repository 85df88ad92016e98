import { describe, expect, test } from 'vitest';
import { simulateFactors } from '../../simulator/factors.ts';
import { FLOW_LIFE_MINUTES, simulateUnderlying, UNDERLYINGS } from '../../simulator/underlying.ts';
import { correlation } from './correlation.ts';

const DATES = Array.from({ length: 250 }, (_, day) =>
  new Date(Date.UTC(2026, 0, 5) + day * 86_400_000).toISOString().slice(0, 10),
);

function simulate(changes: {
  edge?: number;
  pinStep?: number;
  volatilityFactor?: number;
  name?: 'NIFTY' | 'BANKNIFTY';
}) {
  const { edge = 0, pinStep, volatilityFactor = 1, name = 'NIFTY' } = changes;
  return DATES.map((date) => {
    const factors = simulateFactors(9, date, 375, undefined);
    return simulateUnderlying({
      seed: 9,
      name,
      date,
      factors,
      edge,
      volatilityFactor,
      pinStep,
      start: undefined,
    });
  });
}

function returnsOf(spot: Float64Array): number[] {
  return Array.from(spot.subarray(1), (price, minute) => Math.log(price / spot[minute]!));
}

const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

describe('the path of an underlying', () => {
  const paths = simulate({});
  const returns = paths.map(({ spot }) => returnsOf(spot));

  test('one-minute returns are uncorrelated at lags 1 to 5, their sizes are not', () => {
    for (const lag of [1, 2, 5]) {
      const now = returns.flatMap((session) => session.slice(lag));
      const before = returns.flatMap((session) => session.slice(0, -lag));
      expect(Math.abs(correlation(now, before))).toBeLessThan(0.012);
      expect(correlation(now.map(Math.abs), before.map(Math.abs))).toBeGreaterThan(0.05);
    }
  });

  test('returns have fat tails and the stated volatility', () => {
    const all = returns.flat();
    const kurtosis = all.reduce((sum, value) => sum + value ** 4, 0) / all.length / deviation(all) ** 4;
    expect(kurtosis).toBeGreaterThan(3.5);
    const sessionVolatility = deviation(
      returns.map((session) => session.reduce((sum, value) => sum + value, 0)),
    );
    const yearly = (sessionVolatility * Math.sqrt(252)) / Math.sqrt(0.75);
    expect(yearly / UNDERLYINGS.NIFTY.annualVolatility).toBeGreaterThan(0.75);
    expect(yearly / UNDERLYINGS.NIFTY.annualVolatility).toBeLessThan(1.35);
  });

  test('the hidden flow is a standard normal with the stated mean life', () => {
    const flow = paths.flatMap((path) => Array.from(path.flow));
    expect(deviation(flow)).toBeCloseTo(1, 1);
    const later = paths.flatMap((path) => Array.from(path.flow.subarray(FLOW_LIFE_MINUTES)));
    const earlier = paths.flatMap((path) => Array.from(path.flow.subarray(0, -FLOW_LIFE_MINUTES)));
    expect(correlation(later, earlier)).toBeCloseTo(Math.exp(-1), 1);
  });

  test('two underlyings move together, each by its own volatility', () => {
    const bank = simulate({ name: 'BANKNIFTY' }).flatMap(({ spot }) => returnsOf(spot));
    expect(correlation(bank, returns.flat())).toBeGreaterThan(0.75);
    expect(correlation(bank, returns.flat())).toBeLessThan(0.9);
  });

  test('a volatility factor scales returns', () => {
    const tripled = simulate({ volatilityFactor: 3 }).flatMap(({ spot }) => returnsOf(spot));
    expect(deviation(tripled) / deviation(returns.flat())).toBeCloseTo(3, 1);
  });

  test('on expiry days the price lingers at a strike without being drawn to it', () => {
    const step = 50;
    const distance = (price: number) => Math.abs(price / step - Math.round(price / step));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const pinned = simulate({ pinStep: step });
    const closing = (all: typeof paths) => mean(all.map(({ spot }) => distance(spot[374]!)));
    expect(closing(paths)).toBeGreaterThan(0.22);
    expect(closing(pinned)).toBeLessThan(0.2);
    const towards = pinned.flatMap(({ spot }) => {
      const gap = Math.round(spot[340]! / step) * step - spot[340]!;
      return [[gap, spot[374]! - spot[340]!]];
    });
    const pull = correlation(
      towards.map(([gap]) => gap!),
      towards.map(([, move]) => move!),
    );
    expect(Math.abs(pull)).toBeLessThan(0.15);
  });
});
