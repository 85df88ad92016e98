import { describe, expect, it } from 'vitest';
import { forwardReturns } from '../../../../shared/domain/labels/forward-returns.ts';

describe('forward returns', () => {
  it('compare each price with that of the row ahead', () => {
    expect(forwardReturns(Float64Array.of(100, 102, 101), Int32Array.of(2, -1, -1))).toEqual({
      returns: [101 / 100 - 1, null, null],
      directions: [1, null, null],
    });
    expect(forwardReturns(Float64Array.of(100, 98), Int32Array.of(1, -1)).directions).toEqual([-1, null]);
  });

  it('have direction 0 when nothing moved', () => {
    expect(forwardReturns(Float64Array.of(100, 100), Int32Array.of(1, -1))).toEqual({
      returns: [0, null],
      directions: [0, null],
    });
  });

  it('of nothing are empty', () => {
    expect(forwardReturns(new Float64Array(), new Int32Array())).toEqual({ returns: [], directions: [] });
  });
});
