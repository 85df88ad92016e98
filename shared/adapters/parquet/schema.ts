import type { SchemaElement } from 'hyparquet';
import type { Cell, Column, ColumnType } from '../../domain/lake/column-table.ts';
import { InvariantViolated } from '../../errors.ts';

/** Who wrote a file, as its footer says. */
export const CREATED_BY = 'oi-loop';

type Element = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** Without the logical type, readers such as DuckDB take a timestamp for a local one of no zone. */
const PARQUET_TYPES: Readonly<Record<ColumnType, Element>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  double: { type: 'DOUBLE' },
  int64: { type: 'INT64' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  boolean: { type: 'BOOLEAN' },
};

/** The Parquet schema of a table: flat, every column optional. */
export function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const elements = columns.map(
    ({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...PARQUET_TYPES[type] }),
  );
  return [{ name: 'root', num_children: columns.length }, ...elements];
}

/** The lake's type of a Parquet column. @throws InvariantViolated for one that the lake does not have. */
export function columnType({ name, type, converted_type }: SchemaElement): ColumnType {
  if (converted_type === 'TIMESTAMP_MILLIS') return 'timestamp';
  if (converted_type === 'UTF8') return 'string';
  if (type === 'DOUBLE') return 'double';
  if (type === 'INT64') return 'int64';
  if (type === 'BOOLEAN') return 'boolean';
  throw new InvariantViolated(
    `Parquet column ${name}: expected a type of the lake, was ${converted_type ?? type}`,
  );
}

/** Whether a cell is written as missing: null, undefined or NaN. */
export function isMissing(value: Cell | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

/** A whole number that a double holds exactly. @throws InvariantViolated naming the column for anything else. */
export function exactWhole(value: Cell, name: string): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new InvariantViolated(`${name}: expected a whole number up to 2^53 - 1, was ${value}`, {
    field: name,
  });
}
