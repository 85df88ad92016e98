import { describe, expect, test } from 'vitest';
import { atmVolatility, expiryCollapse, smileVolatility } from '../../simulator/smile.ts';

describe('the implied-volatility surface', () => {
  test('term structure slopes up in calm and down in stressed markets, and meets the long run far out', () => {
    expect(atmVolatility(0.08, 0.12, 5 / 365)).toBeLessThan(atmVolatility(0.08, 0.12, 30 / 365));
    expect(atmVolatility(0.25, 0.12, 5 / 365)).toBeGreaterThan(atmVolatility(0.25, 0.12, 30 / 365));
    expect(atmVolatility(0.25, 0.12, 50) / atmVolatility(0.12, 0.12, 50)).toBeCloseTo(1, 2);
    expect(atmVolatility(0.12, 0.12, 0)).toBeCloseTo(0.132, 10);
  });

  test('puts below the money cost more volatility than calls above it, and far wings rise', () => {
    expect(smileVolatility(0.12, 0)).toBe(0.12);
    expect(smileVolatility(0.12, -1)).toBeGreaterThan(smileVolatility(0.12, 1));
    expect(smileVolatility(0.12, 6)).toBeGreaterThan(smileVolatility(0.12, 1.5));
    expect(smileVolatility(0.12, -6)).toBeGreaterThan(smileVolatility(0.12, -1.5));
  });

  test('call prices fall and are convex in the strike of a whole ladder', async () => {
    const { black76 } = await import('../../simulator/black76.ts');
    for (const years of [1 / 365, 7 / 365, 30 / 365]) {
      const price = (strike: number) => {
        const z = Math.log(strike / 26000) / (0.12 * Math.sqrt(years));
        return black76(26000, strike, smileVolatility(0.12, z), years).call;
      };
      for (let strike = 25400; strike <= 26600; strike += 50) {
        const [left, here, right] = [price(strike - 50), price(strike), price(strike + 50)];
        expect(left).toBeGreaterThan(here);
        expect(left - 2 * here + right).toBeGreaterThan(-0.05);
      }
    }
  });

  test('implied volatility collapses through the day of expiry', () => {
    expect(expiryCollapse(1)).toBeCloseTo(1.12, 10);
    expect(expiryCollapse(0)).toBeCloseTo(0.6, 10);
  });
});
