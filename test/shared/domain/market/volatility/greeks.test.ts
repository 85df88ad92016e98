import { describe, expect, it } from 'vitest';
import { type Black76Option, black76Price } from '../../../../../shared/domain/market/volatility/black76.ts';
import { type Greeks, greeks } from '../../../../../shared/domain/market/volatility/greeks.ts';
import { seededUniform } from '../../../../../shared/stats/seeded-uniform.ts';

const RATE = 0.07;

/** An option whose discount factor follows its time at a constant rate. */
const optionAt = (
  optionType: 'CE' | 'PE',
  forward: number,
  strike: number,
  years: number,
): Black76Option => ({
  optionType,
  forward,
  strike,
  years,
  discountFactor: Math.exp(-RATE * years),
});

function known(option: Black76Option, volatility: number): Greeks {
  const found = greeks(option, volatility);
  if (typeof found === 'string') throw new Error(`expected greeks, was ${found}`);
  return found;
}

/** Fourth-order central difference. */
const slope = (f: (at: number) => number, at: number, step: number) =>
  (8 * (f(at + step) - f(at - step)) - (f(at + 2 * step) - f(at - 2 * step))) / (12 * step);

function expectNear(found: number, expected: number, scale: number) {
  expect(Math.abs(found - expected)).toBeLessThan(1e-5 * Math.max(Math.abs(expected), scale));
}

describe('greeks', () => {
  it('agree with finite differences of the price', () => {
    const next = seededUniform(76);
    for (let round = 0; round < 500; round += 1) {
      const type = next() < 0.5 ? 'CE' : 'PE';
      const [F, years, sigma] = [10_000 + 60_000 * next(), 0.002 + next(), 0.05 + 0.6 * next()];
      const width = sigma * Math.sqrt(years);
      const K = F * Math.exp((next() - 0.5) * 5 * width);
      const found = known(optionAt(type, F, K, years), sigma);
      const price = (f: number, v: number, y: number) => black76Price(optionAt(type, f, K, y), v);
      const delta = (f: number, v: number, y: number) => known(optionAt(type, f, K, y), v).delta;
      const step = 1e-3 * width;
      expectNear(
        found.delta,
        slope((f) => price(f, sigma, years), F, F * step),
        1,
      );
      expectNear(
        found.gamma,
        slope((f) => delta(f, sigma, years), F, F * step),
        1 / (F * width),
      );
      expectNear(
        found.vega,
        slope((v) => price(F, v, years), sigma, sigma * 1e-3),
        F * Math.sqrt(years),
      );
      expectNear(found.theta, -slope((y) => price(F, sigma, y), years, years * 1e-3), (F * width) / years);
      expectNear(
        found.vanna,
        slope((v) => delta(F, v, years), sigma, sigma * 1e-3),
        1 / sigma,
      );
      expectNear(found.charm, -slope((y) => delta(F, sigma, y), years, years * 1e-3), 1 / years);
    }
  });

  it('keep parity: same gamma, vega and vanna, deltas apart by the discount factor', () => {
    const call = known(optionAt('CE', 26_000, 26_200, 0.02), 0.13);
    const put = known(optionAt('PE', 26_000, 26_200, 0.02), 0.13);
    expect(call.delta - put.delta).toBeCloseTo(Math.exp(-RATE * 0.02), 14);
    expect([put.gamma, put.vega, put.vanna]).toEqual([call.gamma, call.vega, call.vanna]);
  });

  it('have their usual signs for a call out of the money', () => {
    const found = known({ optionType: 'CE', forward: 26_000, strike: 26_300, years: 5 / 365 }, 0.12);
    expect(found.theta).toBeLessThan(0);
    expect(found.vanna).toBeGreaterThan(0);
    expect(found.charm).toBeLessThan(0);
  });

  it('hand a reason on and name their own', () => {
    const option = optionAt('CE', 26_000, 26_000, 0.02);
    expect(greeks(option, 'below_intrinsic')).toBe('below_intrinsic');
    expect(greeks({ ...option, forward: null }, 0.1)).toBe('no_forward');
    expect(greeks({ ...option, years: 0 }, 0.1)).toBe('expired');
    expect(() => greeks(option, 0)).toThrow('volatility: expected above 0, was 0');
  });
});
