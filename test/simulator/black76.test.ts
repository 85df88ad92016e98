import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf as exactCdf } from '../../shared/stats/normal-cdf.ts';
import { black76, normalCdf } from '../../simulator/black76.ts';

test('the textbook value', () => {
  expect(black76(100, 100, 0.2, 1).call).toBeCloseTo(7.96557, 4);
  expect(black76(100, 100, 0.2, 1).put).toBeCloseTo(7.96557, 4);
});

test('without time or volatility it is the intrinsic value', () => {
  expect(black76(105, 100, 0.2, 0)).toEqual({ call: 5, put: 0, vega: 0 });
  expect(black76(95, 100, 0, 1)).toEqual({ call: 0, put: 5, vega: 0 });
});

test('put-call parity and no-arbitrage bounds hold everywhere', () => {
  const inputs = fc.tuple(
    fc.double({ min: 1000, max: 100_000, noNaN: true }),
    fc.double({ min: 0.7, max: 1.4, noNaN: true }),
    fc.double({ min: 0.03, max: 1, noNaN: true }),
    fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
  );
  fc.assert(
    fc.property(inputs, ([forward, moneyness, volatility, years]) => {
      const strike = forward * moneyness;
      const { call, put, vega } = black76(forward, strike, volatility, years);
      expect(call - put).toBeCloseTo(forward - strike, 6);
      expect(call).toBeGreaterThanOrEqual(Math.max(forward - strike, 0));
      expect(put).toBeGreaterThanOrEqual(-1e-9);
      expect(call).toBeLessThanOrEqual(forward);
      expect(vega).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('vega is the slope of the price', () => {
  const step = 1e-3;
  const slope =
    (black76(100, 103, 0.2 + step, 0.5).call - black76(100, 103, 0.2 - step, 0.5).call) / (2 * step);
  expect(black76(100, 103, 0.2, 0.5).vega).toBeCloseTo(slope, 1);
});

test('the quick distribution function stays within 1e-7 of the exact one', () => {
  for (let x = -8; x <= 8; x += 0.01) expect(Math.abs(normalCdf(x) - exactCdf(x))).toBeLessThan(1e-7);
});
