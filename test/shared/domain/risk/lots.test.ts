import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recommendedLots } from '../../../../shared/domain/risk/lots.ts';
import { riskPerLotRupees } from '../../../../shared/domain/risk/risk-per-lot.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('lots', () => {
  const account = { accountRupees: 1_000_000, maxLots: 20 };
  test('round down', () =>
    expect(recommendedLots({ fraction: 0.02, riskPerLotRupees: 9750, ...account })).toBe(2));
  test('may be none', () =>
    expect(recommendedLots({ fraction: 0.001, riskPerLotRupees: 9750, ...account })).toBe(0));
  test('never above the limit', () =>
    expect(recommendedLots({ fraction: 1, riskPerLotRupees: 1, ...account })).toBe(20));
  test('a risk that is not known is none', () =>
    expect(recommendedLots({ fraction: 1, riskPerLotRupees: 0, ...account })).toBe(0));
  test('never risk more than the fraction', () => {
    fc.assert(
      fc.property(unit, fc.double({ min: 1, max: 1e6, noNaN: true }), (fraction, riskPerLotRupees) => {
        const lots = recommendedLots({ fraction, riskPerLotRupees, ...account });
        expect(lots * riskPerLotRupees).toBeLessThanOrEqual(1_000_000 * fraction + 1e-6);
      }),
    );
  });
});

describe('what a lot can lose', () => {
  const lot = { premiumRupees: 350, stopRupees: 25, units: 65 };
  test('is its stop, or the premium where that is less', () => {
    expect(riskPerLotRupees(lot)).toBe(1625);
    expect(riskPerLotRupees({ ...lot, premiumRupees: 20 })).toBe(1300);
  });
  test('is the premium without a stop', () =>
    expect(riskPerLotRupees({ ...lot, stopRupees: null })).toBe(22_750));
});
