import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockedRowsText, countBlockedRows } from '../../../../shared/domain/training/blocked-rows.ts';

describe('countBlockedRows', () => {
  it('blocks a row by any of the blocking flags, and counts it once', () => {
    const counter = countBlockedRows(['spot_frozen', 'crossed_quotes']);
    const flags = ['', 'vix_missing', 'spot_frozen', 'vix_missing crossed_quotes spot_frozen', 'spot_froze'];
    expect(flags.map((one) => counter.blocks(one))).toEqual([false, false, true, true, false]);
    expect(counter.count()).toEqual({ rows: 2, flags: { spot_frozen: 2, crossed_quotes: 1 } });
  });

  it('blocks nothing without blocking flags, and everything that has one', () => {
    const flag = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.array(flag)), fc.subarray(['a', 'b', 'c']), (rows, blocking) => {
        const counter = countBlockedRows(blocking);
        for (const row of rows) {
          expect(counter.blocks(row.join(' '))).toBe(row.some((one) => blocking.includes(one)));
        }
        expect(counter.count().rows).toBe(
          rows.filter((row) => row.some((one) => blocking.includes(one))).length,
        );
      }),
    );
  });

  it('is said in words, most frequent flag first', () => {
    expect(blockedRowsText({ rows: 0, flags: {} })).toBe('');
    expect(blockedRowsText({ rows: 1, flags: { spot_jump: 1 } })).toBe(
      '1 row left out for its quality flags (spot_jump 1)',
    );
    const counter = countBlockedRows(['x', 'y']);
    for (const one of ['x', 'y', 'y']) counter.blocks(one);
    expect(blockedRowsText(counter.count())).toBe('3 rows left out for their quality flags (y 2, x 1)');
  });
});
