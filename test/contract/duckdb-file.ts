import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duckdbDatabase } from '../../shared/adapters/duckdb/sql-database.ts';
import type { Cell, ColumnTable, ColumnType } from '../../shared/domain/lake/column-table.ts';
import type { SqlValue } from '../../shared/ports/sql-database.ts';

const TYPES: Readonly<Record<string, ColumnType>> = {
  VARCHAR: 'string',
  DOUBLE: 'double',
  BIGINT: 'int64',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  BOOLEAN: 'boolean',
};

/** DuckDB as the reader that knows nothing of our writers. `$file` in a statement stands for the file put last. */
export async function openDuckdbFile() {
  const folder = mkdtempSync(join(tmpdir(), 'oi-duckdb-'));
  let files = 0;
  let path = '';
  const database = await duckdbDatabase();
  const query = async (sql: string) => (await database.query(sql.replaceAll('$file', `'${path}'`))).rows;
  return {
    query,
    put(file: Uint8Array) {
      // A name of its own for each: DuckDB remembers a file's footer by its name.
      path = join(folder, `${files++}.parquet`);
      writeFileSync(path, file);
    },
    /** The file as a table; moments by epoch_ms, since a text of them would hide what lies in the file. */
    async table(): Promise<ColumnTable> {
      const described = await database.query(`DESCRIBE SELECT * FROM '${path}'`);
      const columns = described.rows.map(([name, type]) => ({
        name: String(name),
        type: TYPES[String(type)] ?? (String(type) as ColumnType),
      }));
      const list = columns.map(({ name, type }) =>
        type === 'timestamp' ? `epoch_ms("${name}")` : `"${name}"`,
      );
      const { rows, total } = await database.query(`SELECT ${list.join(', ')} FROM '${path}'`);
      return {
        rows: total,
        columns: columns.map((column, at) => ({
          ...column,
          values: rows.map((row) => cellOf(row[at] ?? null, column.type)),
        })),
      };
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
export type DuckdbFile = Awaited<ReturnType<typeof openDuckdbFile>>;

/** Infinity comes as text. */
function cellOf(value: SqlValue, type: ColumnType): Cell {
  return type === 'double' && typeof value === 'string' ? Number(value) : (value as Cell);
}
