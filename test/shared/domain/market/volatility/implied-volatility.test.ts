import { describe, expect, it } from 'vitest';
import { type Black76Option, black76Price } from '../../../../../shared/domain/market/volatility/black76.ts';
import { greeks } from '../../../../../shared/domain/market/volatility/greeks.ts';
import { impliedVolatility } from '../../../../../shared/domain/market/volatility/implied-volatility.ts';
import { seededUniform } from '../../../../../shared/stats/seeded-uniform.ts';
import { randomOption } from './random-option.ts';

const CALL: Black76Option = { optionType: 'CE', forward: 26_000, strike: 26_100, years: 7 / 365 };
const PUT: Black76Option = { ...CALL, optionType: 'PE' };

/** Distance to the next larger double. */
function ulpOf(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  return 2 ** Math.max(-1074, (2 ** exponent > value ? exponent - 1 : exponent) - 52);
}

/** Error of the price after going through its volatility, in units of the tolerance; 0 for a reason. */
function roundTripError(option: Black76Option, price: number): number {
  const found = impliedVolatility(option, price);
  if (typeof found === 'string') return 0;
  const sensitivities = greeks(option, found);
  if (typeof sensitivities === 'string') return Number.POSITIVE_INFINITY;
  const elasticity = (sensitivities.vega * found) / price;
  return Math.abs(black76Price(option, found) - price) / (4 * ulpOf(price) * Math.max(1, elasticity));
}

describe('impliedVolatility', () => {
  it('gives the price back within 4 ulp times max(1, elasticity), 100,000 times', () => {
    const next = seededUniform(20_160_815);
    let worst = 0;
    let found = 0;
    for (let i = 0; i < 100_000; i += 1) {
      const { option, volatility } = randomOption(next);
      const price = black76Price(option, volatility);
      if (typeof impliedVolatility(option, price) === 'number') found += 1;
      const error = roundTripError(option, price);
      if (!(error <= worst)) worst = error;
    }
    expect(worst).toBeLessThanOrEqual(1);
    expect(found).toBeGreaterThan(80_000);
  });

  it('gives an out-of-the-money volatility back to a few ulp', () => {
    const next = seededUniform(3);
    for (let i = 0; i < 20_000; i += 1) {
      const { option, volatility } = randomOption(next);
      const outside: Black76Option = { ...option, optionType: option.strike > option.forward! ? 'CE' : 'PE' };
      const price = black76Price(outside, volatility);
      if (price < 1e-300 || volatility * Math.sqrt(option.years) > 2) continue;
      expect(Math.abs((impliedVolatility(outside, price) as number) / volatility - 1)).toBeLessThan(2e-15);
    }
  });

  it('has a reason only where the time value has been rounded away', () => {
    const next = seededUniform(4);
    for (let i = 0; i < 20_000; i += 1) {
      const { option, volatility } = randomOption(next);
      const price = black76Price(option, volatility);
      const found = impliedVolatility(option, price);
      if (typeof found === 'number') continue;
      const unmoved = black76Price(option, volatility * 0.99) === price || price < 1e-300;
      expect({ option, found, unmoved }).toMatchObject({ found: /./, unmoved: true });
    }
  });

  it('grows with the price', () => {
    for (const option of [CALL, PUT]) {
      const intrinsic = option.optionType === 'PE' ? 100 : 0;
      let last = 0;
      for (let value = 1e-9; value < 20_000; value *= 1.01) {
        const found = impliedVolatility(option, intrinsic + value);
        expect(found).toBeGreaterThan(last);
        last = found as number;
      }
    }
  });

  it('is the same for the put of parity', () => {
    const next = seededUniform(5);
    for (let i = 0; i < 10_000; i += 1) {
      const years = 0.001 + next();
      const strike = 26_000 * Math.exp((next() - 0.5) * 0.4 * Math.sqrt(years));
      const call: Black76Option = { optionType: 'CE', forward: 26_000, strike, years };
      const price = black76Price(call, 0.2);
      const found = impliedVolatility({ ...call, optionType: 'PE' }, price - (26_000 - strike)) as number;
      expect(found).toBeCloseTo(0.2, 9);
    }
  });

  it('is the same with forward and strike exchanged', () => {
    const mirrored: Black76Option = {
      optionType: 'PE',
      forward: CALL.strike,
      strike: 26_000,
      years: CALL.years,
    };
    expect(impliedVolatility(mirrored, 150)).toBe(impliedVolatility(CALL, 150));
  });

  it.each([
    ['no_price', CALL, null],
    ['no_price', CALL, 0],
    ['no_price', CALL, Number.NaN],
    ['no_price', CALL, Number.POSITIVE_INFINITY],
    ['no_forward', { ...CALL, forward: null }, 100],
    ['no_forward', { ...CALL, forward: 0 }, 100],
    ['expired', { ...CALL, years: 0 }, 100],
    ['expired', { ...CALL, years: -1 }, 100],
    ['below_intrinsic', PUT, 99.9],
    ['below_intrinsic', PUT, 100],
    ['below_intrinsic', { ...PUT, discountFactor: 0.99 }, 99],
    ['above_maximum', CALL, 26_000],
    ['above_maximum', PUT, 26_100],
    ['above_maximum', { ...CALL, discountFactor: 0.99 }, 25_740],
  ] as const)('says %s', (reason, option, price) => {
    expect(impliedVolatility(option, price)).toBe(reason);
  });
});
