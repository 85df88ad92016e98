import { describe, expect, it } from 'vitest';
import { resultTable } from '../../../cli/sql/result-table.ts';
import type { SqlResult, SqlValue } from '../../../shared/ports/sql-database.ts';

const result = (names: string[], rows: SqlValue[][], total = rows.length): SqlResult => ({
  columns: names.map((name) => ({ name, type: 'VARCHAR' })),
  rows,
  total,
});

describe('resultTable', () => {
  it('puts numbers to the right, missing ones among them, and text to the left', () => {
    const table = resultTable(
      result(
        ['strike', 'side'],
        [
          [26_000, 'CE'],
          [null, null],
          [5, 'PE'],
        ],
      ),
      80,
    );
    expect(table.split('\n')).toEqual([
      'strike  side',
      '------  ----',
      ' 26000  CE',
      '  null  null',
      '     5  PE',
      '3 rows',
    ]);
  });

  it('rounds fractions to eight digits, leaves whole numbers, and writes nested values as JSON', () => {
    const [, , row] = resultTable(
      result(['a', 'b', 'c'], [[0.123456789012, 1_764_819_900_000, { x: [1, null] }]]),
      80,
    ).split('\n');
    expect(row).toBe('0.12345679  1764819900000  {"x":[1,null]}');
  });

  it('says how many rows there are beyond those shown', () => {
    expect(resultTable(result(['a'], [[1]], 1), 80)).toMatch(/\n1 row$/);
    expect(resultTable(result(['a'], [[1], [2]], 1_000), 80)).toMatch(/\n\.\.\. 998 more \(1000 rows\)$/);
    expect(resultTable(result(['a', 'b'], []), 80)).toBe('a  b\n-  -\n0 rows');
  });

  it('keeps to the width: long cells are cut, columns that find no place are named', () => {
    const wide = result(['why', 'action', 'lots'], [['x'.repeat(60), 'BUY', 2]]);
    const lines = resultTable(wide, 56).split('\n');
    expect(lines[2]).toBe(`${'x'.repeat(47)}…  BUY`);
    expect(lines[3]).toBe('... 1 more columns: lots');
    expect(lines.slice(0, 3).every((line) => line.length <= 56)).toBe(true);
  });

  it('shows one column even where none fits, and all where there is no width', () => {
    const many = result(['a', 'b', 'c'], [['aaaa', 'bbbb', 'cccc']]);
    expect(resultTable(many, 2).split('\n')[2]).toBe('aaaa');
    expect(resultTable(many, Number.POSITIVE_INFINITY).split('\n')[2]).toBe('aaaa  bbbb  cccc');
  });

  it('keeps a cell on one line, and counts letters, not UTF-16 units', () => {
    const lines = resultTable(
      result(
        ['a', 'b'],
        [
          ['one\ntwo', '😀😀'],
          ['x', 'y'],
        ],
      ),
      80,
    ).split('\n');
    expect(lines[2]).toBe('one two  😀😀');
    expect(lines[1]).toBe('-------  --');
  });
});
