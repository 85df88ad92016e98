import { type Cell, type Column, type ColumnTable, column } from '../../shared/domain/lake/column-table.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { TableCodec } from '../../shared/ports/table-codec.ts';

/** Tables as JSON text, for tests that write thousands of them: exact, missing is null, same table same bytes. */
export const plainCodec: TableCodec = {
  write: ({ rows, columns }) =>
    new TextEncoder().encode(JSON.stringify({ rows, columns: columns.map(encoded) })),
  async read(file, names) {
    const table = parse(file);
    for (const name of names ?? []) if (!table.columns.some((one) => one.name === name)) column(table, name);
    return {
      rows: table.rows,
      columns: table.columns.filter(({ name }) => names?.includes(name) ?? true).map(decoded),
    };
  },
};

/** JSON has no infinity and no negative zero: in columns of numbers they are text. */
function encoded({ name, type, values }: Column): Column {
  if (type !== 'double') return { name, type, values: values.map((value) => value ?? null) };
  const text = (value: Cell): Cell => {
    if (value === undefined || value === null || Number.isNaN(value)) return null;
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : Object.is(value, -0)
        ? '-0'
        : String(value);
  };
  return { name, type, values: values.map(text) };
}

function decoded({ name, type, values }: Column): Column {
  if (type !== 'double') return { name, type, values };
  return { name, type, values: values.map((value) => (typeof value === 'string' ? Number(value) : value)) };
}

function parse(file: Uint8Array): ColumnTable {
  try {
    return JSON.parse(new TextDecoder().decode(file));
  } catch (error) {
    throw new InvariantViolated('table: expected JSON, was something else', { cause: error });
  }
}
