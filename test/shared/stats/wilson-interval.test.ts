import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wilsonInterval } from '../../../shared/stats/wilson-interval.ts';

it('is the interval of the textbook', () => {
  // 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3).
  const { low, high } = wilsonInterval(81 / 263, 263)!;
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
  const none = wilsonInterval(0, 20)!;
  expect(none.low).toBe(0);
  expect(none.high).toBeCloseTo(0.1611, 4);
});

it('of nothing is nothing', () => expect(wilsonInterval(0.5, 0)).toBeNull());

it('holds the share, within 0 and 1, and narrows with the count', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, fc.integer({ min: 1, max: 10_000 }), (seen, count) => {
      const { low, high } = wilsonInterval(seen, count)!;
      expect(low).toBeLessThanOrEqual(seen + 1e-12);
      expect(high).toBeGreaterThanOrEqual(seen - 1e-12);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      const wider = wilsonInterval(seen, count * 4)!;
      expect(wider.high - wider.low).toBeLessThan(high - low + 1e-12);
    }),
  );
});
