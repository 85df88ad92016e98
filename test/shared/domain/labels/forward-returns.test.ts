import { describe, expect, it } from 'vitest';
import { forwardReturns } from '../../../../shared/domain/labels/forward-returns.ts';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';

const point = (minute: number, underlyingPrice: number, seconds = 0) => ({
  timestampMs: istMs('2025-12-04', minute) + seconds * 1000,
  underlyingPrice,
});

describe('forward returns', () => {
  it('go by the clock, whatever second of the minute the rows were taken in', () => {
    const rows = [point(600, 100, 7), point(601, 102, 3), point(603, 101, 59)];
    expect(forwardReturns(rows, 3)).toEqual({
      returns: [101 / 100 - 1, null, null],
      directions: [1, null, null],
    });
  });

  it('are null where the minute is missing', () => {
    const rows = [point(600, 100), point(602, 101), point(604, 99)];
    expect(forwardReturns(rows, 1).returns).toEqual([null, null, null]);
    expect(forwardReturns(rows, 2).directions).toEqual([1, -1, null]);
  });

  it('are null beyond the close, also when later rows exist', () => {
    const rows = [point(927, 100), point(930, 101), point(933, 102)];
    expect(forwardReturns(rows, 3, istMs('2025-12-04', 930)).returns).toEqual([
      0.010000000000000009,
      null,
      null,
    ]);
  });

  it('have direction 0 when nothing moved', () => {
    expect(forwardReturns([point(600, 100), point(603, 100)], 3)).toEqual({
      returns: [0, null],
      directions: [0, null],
    });
  });

  it('of nothing are empty', () => {
    expect(forwardReturns([], 3)).toEqual({ returns: [], directions: [] });
  });
});
