import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, percent } from '../../../cli/datasets/bar.ts';

describe('bar', () => {
  it.each([
    [0, '░░░░░░░░░░'],
    [0.001, '█░░░░░░░░░'],
    [0.72, '███████░░░'],
    [0.999, '█████████░'],
    [1, '██████████'],
  ])('of %d is %s', (share, expected) => {
    expect(bar(share)).toBe(expected);
  });

  it('never grows shorter', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const cells = (value: number) => bar(value).lastIndexOf('█');
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(cells(Math.max(a, b))).toBeGreaterThanOrEqual(cells(Math.min(a, b)));
      }),
    );
  });
});

describe('percent', () => {
  it.each([
    [1, '100.0 %'],
    [0.9999, ' 99.9 %'],
    [0.7, ' 70.0 %'],
    [0, '  0.0 %'],
  ])('of %d is %s', (share, expected) => {
    expect(percent(share)).toBe(expected);
  });
});
