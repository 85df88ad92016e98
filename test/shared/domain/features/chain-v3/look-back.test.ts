import { describe, expect, it } from 'vitest';
import {
  lastKnown,
  minutesAgo,
  placeBefore,
} from '../../../../../shared/domain/features/chain-v3/look-back.ts';
import { istMs } from '../../../../../shared/domain/market/indian-time.ts';
import { aSnapshot } from '../../../../factories/snapshot.ts';
import { aWindow } from '../../../../factories/window.ts';

describe('minutesAgo', () => {
  it('counts minutes of the clock, not of the stopwatch', () => {
    const at = (minute: number, second: number) => istMs('2025-12-04', minute) + second * 1000;
    expect(minutesAgo([at(600, 59), at(601, 0), at(603, 5)])).toEqual([3, 2, 0]);
  });
});

describe('placeBefore', () => {
  it.each<[string, number[], number, number]>([
    ['the very minute', [5, 4, 3, 2, 1, 0], 3, 2],
    ['the one before a lost minute', [5, 4, 2, 1, 0], 3, 1],
    ['nothing more than two minutes older', [6, 2, 0], 3, -1],
    ['nothing before the window', [2, 1, 0], 3, -1],
    ['now', [2, 1, 0], 0, 2],
  ])('is %s', (_, ago, minutes, expected) => {
    expect(placeBefore(ago, minutes)).toBe(expected);
  });
});

describe('lastKnown', () => {
  const vixOf = (values: readonly (number | null)[], ago: readonly number[], place?: number) => {
    const snapshots = values.map((vix) => aSnapshot({ vix }));
    return lastKnown(aWindow({ snapshots }), ago, 'vix', place);
  };

  it('carries a value over at most five minutes', () => {
    expect(vixOf([12, null, null], [5, 1, 0])).toBe(12);
    expect(vixOf([12, null, null], [6, 1, 0])).toBeNaN();
  });

  it('does not take a zero for a value', () => {
    expect(vixOf([12, 0], [1, 0])).toBe(12);
  });

  it('looks back from an earlier snapshot', () => {
    expect(vixOf([11, null, 13], [2, 1, 0], 1)).toBe(11);
  });
});
