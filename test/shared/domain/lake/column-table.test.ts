import { describe, expect, it } from 'vitest';
import { type ColumnTable, column, pruningGroupRows } from '../../../../shared/domain/lake/column-table.ts';

const table = (...prices: (number | null)[]): ColumnTable => ({
  rows: prices.length,
  columns: [
    { name: 'price', type: 'double', values: prices },
    { name: 'even', type: 'boolean', values: prices.map((price) => price !== null && price % 2 === 0) },
  ],
});

describe('column', () => {
  it('gives the values by name', () => {
    expect(column(table(1, null), 'price')).toEqual([1, null]);
  });

  it('names the columns there are and the one there is not', () => {
    expect(() => column(table(1), 'prize')).toThrow('column: expected one of price, even, was prize');
  });
});

describe('pruningGroupRows', () => {
  it.each([
    [0, 1_000],
    [500, 1_000],
    [8_250, 1_032],
    [239_999, 30_000],
    [1_000_000, 30_000],
  ])('gives a day of %i rows groups of %i', (rows, expected) => {
    expect(pruningGroupRows(rows)).toBe(expected);
  });
});
