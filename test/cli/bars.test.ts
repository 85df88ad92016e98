import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareBar, signedBar } from '../../cli/bars.ts';

describe('the bar of a share', () => {
  it.each([
    [0, '    '],
    [0.5, '██  '],
    [0.28, '█▏  '],
    [1, '████'],
    [-3, '    '],
    [7, '████'],
    [Number.NaN, '    '],
  ])('%d', (share, bar) => expect(shareBar(share, 4)).toBe(bar));

  it('is as wide as it was asked for, and never shorter for more', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 1, max: 40 }), (a, b, width) => {
        const cells = (one: number) => shareBar(one, width).trimEnd().length;
        expect(shareBar(a, width)).toHaveLength(width);
        expect(cells(Math.max(a, b))).toBeGreaterThanOrEqual(cells(Math.min(a, b)));
      }),
    );
  });
});

describe('the bar of a signed value', () => {
  it.each([
    [-1, 2, '  ██│    '],
    [2, 2, '    │████'],
    [0, 2, '    │    '],
    [0.0001, 2, '    │█   '],
    [-9, 2, '████│    '],
    [1, 0, '    │    '],
  ])('%d of %d', (value, largest, bar) => expect(signedBar(value, largest, 4)).toBe(bar));
});
