import { describe, expect, it } from 'vitest';
import { controlAtLeft, controlAtRight, rationalCubic } from '../../../shared/stats/rational-cubic.ts';

/** exp on 0 .. 1 by its ends. */
const onExp = (at: number, control: number) => rationalCubic(at, 1 - at, 1, Math.E, 1, Math.E, control);

describe('rationalCubic', () => {
  it('meets its ends with their slopes', () => {
    expect(onExp(0, 3)).toBe(1);
    expect(onExp(1, 3)).toBe(Math.E);
    expect((onExp(1e-6, 5) - 1) / 1e-6).toBeCloseTo(1, 4);
    expect((Math.E - onExp(1 - 1e-6, 5)) / 1e-6).toBeCloseTo(Math.E, 4);
  });

  it('is the ordinary cubic at control 3', () => {
    const cube = (at: number) => at ** 3;
    expect(rationalCubic(0.3, 0.7, 0, 1, 0, 3, 3)).toBeCloseTo(cube(0.3), 14);
  });

  it.each([
    ['left', controlAtLeft(1, Math.E - 1, 1, Math.E, 1), 0, 1],
    ['right', controlAtRight(1, Math.E - 1, 1, Math.E, Math.E), 1, Math.E],
  ] as const)('bends as asked at the %s end', (_end, control, at, bend) => {
    const step = at === 0 ? 1e-4 : -1e-4;
    const second =
      (onExp(at, control) - 2 * onExp(at + step, control) + onExp(at + 2 * step, control)) / 1e-8;
    expect(second).toBeCloseTo(bend, 2);
  });

  it('stays monotone where the bend asked for would overshoot', () => {
    const control = controlAtRight(1, 1, 50, 0.1, 0);
    let last = 0;
    for (let at = 0.01; at <= 1; at += 0.01) {
      const value = rationalCubic(at, 1 - at, 0, 1, 50, 0.1, control);
      expect(value).toBeGreaterThan(last);
      last = value;
    }
  });

  it('takes the ordinary cubic for a straight line', () => {
    expect(controlAtLeft(1, 1, 1, 1, 0)).toBe(3);
    expect(controlAtRight(1, 1, 1, 1, 0)).toBe(3);
  });
});
