import { describe, expect, it } from 'vitest';
import type { ContractSeries } from '../../../../shared/domain/labels/contract-series.ts';
import { freshPrices } from '../../../../shared/domain/labels/fresh-price.ts';

const NONE = Number.NaN;
const fresh = (ltp: number[], volume: number[], minutes = ltp.map((_, minute) => minute)) => {
  const series = {
    ltp: Float64Array.from(ltp),
    volume: Float64Array.from(volume),
  } as unknown as ContractSeries;
  return [...freshPrices(series, Float64Array.from(minutes))];
};

describe('a fresh price', () => {
  it('is one that moved or traded within three minutes', () => {
    expect(fresh([5, 5, 5, 5, 5], [9, 9, 9, 9, 9])).toEqual([5, 5, 5, 5, NONE]);
    expect(fresh([5, 5, 5, 5, 5], [9, 9, 10, 10, 10])).toEqual([5, 5, 5, 5, 5]);
    expect(fresh([5, 5, 6, 6, 6], [9, 9, 9, 9, 9])).toEqual([5, 5, 6, 6, 6]);
  });

  it('goes by the clock', () => {
    expect(fresh([5, 5], [9, 9], [0, 3])).toEqual([5, 5]);
    expect(fresh([5, 5], [9, 9], [0, 4])).toEqual([5, NONE]);
  });

  it('goes by the price alone where no volume is known', () => {
    expect(fresh([5, 5, 5, 5, 5, 6], Array(6).fill(NONE))).toEqual([5, 5, 5, 5, NONE, 6]);
    expect(fresh([5, 5, 5, 5, 5], [9, NONE, NONE, NONE, 10])).toEqual([5, 5, 5, 5, 5]);
  });

  it('is none where there is none, and no trade is seen in a missing or falling volume', () => {
    expect(fresh([NONE, 0, 5], [9, 9, 9])).toEqual([NONE, NONE, 5]);
    expect(fresh([5, 5, 5, 5, 5], [9, 9, 9, 9, 8])).toEqual([5, 5, 5, 5, NONE]);
  });
});
