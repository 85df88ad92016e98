import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactThreshold } from '../../../models/lightgbm/threshold.ts';
import { float32Below } from '../../../models/trees/float32-below.ts';

const ZERO = Math.fround(1e-35);
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

/** LightGBM's decision: small values are zero before it compares in double. */
const library = (x: number, t: number) => (Math.abs(x) <= ZERO ? 0 : x) <= t;

describe('float32Below', () => {
  it('is the next smaller float32', () => {
    expect(float32Below(1)).toBe(1 - 2 ** -24);
    expect(float32Below(-1)).toBe(-1 - 2 ** -23);
    expect(float32Below(0)).toBe(-(2 ** -149));
    expect(float32Below(-0)).toBe(-(2 ** -149));
  });
});

describe('exactThreshold', () => {
  it('rounds down to float32 and tames infinity', () => {
    expect(exactThreshold(0.1)).toBe(0.09999999403953552);
    expect(exactThreshold(0.5)).toBe(0.5);
    expect(exactThreshold(Number.POSITIVE_INFINITY)).toBe(3.4028234663852886e38);
    expect(exactThreshold(1e300)).toBe(3.4028234663852886e38);
  });

  it('moves thresholds around zero out of the range that the library takes for zero', () => {
    for (const t of [0, -0, 1e-40, 9e-36]) expect(exactThreshold(t)).toBe(ZERO);
    for (const t of [-1e-300, -1e-36, -ZERO]) expect(exactThreshold(t)).toBe(float32Below(-ZERO));
  });

  it('decides every float32 as the library does', () => {
    const threshold = fc.oneof(
      fc.double({ noNaN: true }),
      float32,
      fc.double({ min: -2e-35, max: 2e-35, noNaN: true }),
    );
    const value = fc.oneof(
      float32,
      fc.float({ min: -Math.fround(3e-35), max: Math.fround(3e-35), noNaN: true }),
    );
    fc.assert(
      fc.property(threshold, value, (t, x) => {
        fc.pre(t >= -3.4028234663852886e38);
        expect(x <= exactThreshold(t)).toBe(library(x, t));
        const near = Math.fround(t);
        if (Number.isFinite(near)) expect(near <= exactThreshold(t)).toBe(library(near, t));
      }),
      { numRuns: 2_000 },
    );
  });
});
