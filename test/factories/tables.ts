import fc from 'fast-check';
import type { Cell, ColumnTable, ColumnType } from '../../shared/domain/lake/column-table.ts';

const CELLS: Record<ColumnType, fc.Arbitrary<Cell>> = {
  string: fc.string({ unit: 'grapheme' }),
  double: fc.double(),
  int64: fc.maxSafeInteger().map((value) => value + 0),
  timestamp: fc.integer({ min: -1e12, max: 4e12 }),
  boolean: fc.boolean(),
};
export const COLUMN_TYPES = Object.keys(CELLS) as ColumnType[];

/** Tables of up to 60 rows with a column of each type, nulls and NaN among the cells. */
export const randomTables: fc.Arbitrary<ColumnTable> = fc
  .nat(60)
  .chain((rows) =>
    fc
      .tuple(
        ...COLUMN_TYPES.map((type) =>
          fc
            .array(fc.option(CELLS[type], { nil: null }), { minLength: rows, maxLength: rows })
            .map((values) => ({ name: `a_${type}`, type, values })),
        ),
      )
      .map((columns) => ({ rows, columns })),
  );

/** A table of one column, `cell`. */
export const aColumn = (type: ColumnType, ...values: (Cell | undefined)[]): ColumnTable => ({
  rows: values.length,
  columns: [{ name: 'cell', type, values: values as Cell[] }],
});

/** The table as it must come back from a file: NaN and undefined are missing. */
export const asWritten = (table: ColumnTable): ColumnTable => ({
  ...table,
  columns: table.columns.map((each) => ({
    ...each,
    values: each.values.map((value) => (value === undefined || Number.isNaN(value) ? null : value)),
  })),
});
