import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestStrike } from '../../../../../shared/domain/market/import/nearest-strike.ts';

test('rounds to the nearest multiple', () => {
  expect(nearestStrike(26028.1, 50)).toBe(26050);
  expect(nearestStrike(26024.99, 50)).toBe(26000);
  expect(nearestStrike(84650.01, 100)).toBe(84700);
});

test('a tie goes to the even multiple, as in the tracker', () => {
  expect(nearestStrike(26025, 50)).toBe(26000);
  expect(nearestStrike(26075, 50)).toBe(26100);
  expect(nearestStrike(84650, 100)).toBe(84600);
  expect(nearestStrike(84750, 100)).toBe(84800);
});

test('is a multiple within half a step, for every price', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom(25, 50, 100), (paise, step) => {
      const price = paise / 100;
      const strike = nearestStrike(price, step);
      expect(strike % step).toBe(0);
      expect(Math.abs(strike - price)).toBeLessThanOrEqual(step / 2);
    }),
  );
});
