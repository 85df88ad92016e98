import { describe, expect, it } from 'vitest';
import { millsMoment } from '../../../shared/stats/mills-moment.ts';
import { millsRatio } from '../../../shared/stats/mills-ratio.ts';

/** Argument, Mills' ratio and its first moment, evaluated with 60 digits. */
const EXACT: readonly [number, number, number][] = [
  [0, 1.2533141373155003, 1.0],
  [0.1, 1.1592623996187363, 0.8840737600381263],
  [0.5, 0.8763644564536923, 0.5618177717731538],
  [1, 0.6556795424187984, 0.34432045758120156],
  [1.5, 0.5158156382179634, 0.22627654267305497],
  [1.999, 0.42152654426936165, 0.157368438005546],
  [2, 0.4213692292880545, 0.15726154142389107],
  [3, 0.3045902987101033, 0.08622910386969011],
  [5, 0.19280810471531576, 0.03595947642342118],
  [7.999, 0.12314690934088603, 0.014947872182252665],
  [8, 0.1231319632579323, 0.01494429393654163],
  [12, 0.08276628650136918, 0.006804561983569873],
  [38, 0.026297602974252963, 0.0006910869783873536],
  [100, 0.009999000299850106, 9.997001498950944e-5],
];

describe('millsRatio', () => {
  it.each(EXACT)('at %d is exact to 3 ulp', (u, exact) => {
    expect(Math.abs(millsRatio(u) / exact - 1)).toBeLessThanOrEqual(3 * Number.EPSILON);
  });

  it('falls all the way, across the joins', () => {
    for (let u = 0; u < 20; u += 0.01) expect(millsRatio(u + 0.01)).toBeLessThan(millsRatio(u));
  });

  it('hands NaN on', () => {
    expect(millsRatio(Number.NaN)).toBeNaN();
  });
});

describe('millsMoment', () => {
  it.each(EXACT.filter(([u]) => u >= 1))('at %d is exact to 3 ulp', (u, _ratio, exact) => {
    expect(Math.abs(millsMoment(u) / exact - 1)).toBeLessThanOrEqual(3 * Number.EPSILON);
  });

  it('is 1 - u M(u)', () => {
    for (let u = 1; u < 12; u += 0.1) expect(millsMoment(u)).toBeCloseTo(1 - u * millsRatio(u), 13);
  });
});
