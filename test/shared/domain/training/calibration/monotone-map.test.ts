import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blended,
  type MonotoneMap,
  mapped,
} from '../../../../../shared/domain/training/calibration/monotone-map.ts';

const MAP: MonotoneMap = { at: [0.2, 0.4, 0.8], values: [0.1, 0.5, 0.6] };
const chance = fc.double({ min: 0, max: 1, noNaN: true });

const maps = fc
  .uniqueArray(
    fc.integer({ min: 0, max: 1_000 }).map((at) => at / 1_000),
    { minLength: 1, maxLength: 8 },
  )
  .chain((at) =>
    fc.array(chance, { minLength: at.length, maxLength: at.length }).map((values) => ({
      at: at.sort((a, b) => a - b),
      values: values.sort((a, b) => a - b),
    })),
  );

describe('mapped', () => {
  it('is linear between knots and constant beyond', () => {
    for (const [x, y] of [
      [0, 0.1],
      [0.2, 0.1],
      [0.3, 0.3],
      [0.4, 0.5],
      [0.6, 0.55],
      [0.8, 0.6],
      [1, 0.6],
    ] as const) {
      expect(mapped(MAP, x)).toBeCloseTo(y, 15);
    }
  });

  it('is a constant with one knot', () => {
    expect([0, 0.5, 1].map((x) => mapped({ at: [0.5], values: [0.3] }, x))).toEqual([0.3, 0.3, 0.3]);
  });

  it('never falls, and stays within its values', () => {
    fc.assert(
      fc.property(maps, chance, chance, (map, a, b) => {
        const [low, high] = [mapped(map, Math.min(a, b)), mapped(map, Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-15);
        expect(low).toBeGreaterThanOrEqual(map.values[0]!);
        expect(high).toBeLessThanOrEqual(map.values.at(-1)! + 1e-15);
      }),
    );
  });
});

describe('blended', () => {
  it('is the weighted mean of the two everywhere', () => {
    fc.assert(
      fc.property(maps, maps, chance, chance, (first, second, share, x) => {
        const expected = share * mapped(first, x) + (1 - share) * mapped(second, x);
        expect(mapped(blended(first, second, share), x)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('has each knot once', () => {
    expect(blended(MAP, { at: [0.4, 0.5], values: [0.2, 0.9] }, 0.5).at).toEqual([0.2, 0.4, 0.5, 0.8]);
  });
});
