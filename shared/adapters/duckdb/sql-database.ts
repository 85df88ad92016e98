import {
  DuckDBInstance,
  type DuckDBResult,
  DuckDBTimestampTZValue,
  type Json,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import { RejectedInput } from '../../errors.ts';
import type { SqlDatabase, SqlResult, SqlValue } from '../../ports/sql-database.ts';

/** Everything that the lake needs is linked in: nothing is ever fetched or loaded from elsewhere. */
const OPTIONS = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };
const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|DECIMAL\(.*\))$/;

/** DuckDB in memory, in UTC. */
export async function duckdbDatabase(): Promise<SqlDatabase> {
  // The binding writes moments in the machine's zone, whatever zone the database is set to.
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
  const instance = await DuckDBInstance.create(':memory:', OPTIONS);
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    async query(sql, keepRows = Number.POSITIVE_INFINITY) {
      try {
        return await collect(await connection.stream(sql), keepRows);
      } catch (error) {
        throw new RejectedInput(messageOf(error), { field: 'sql', cause: error });
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** DuckDB's own words, which name the kind of error and show the place. */
function messageOf(error: unknown): string {
  const { message } = error as Error;
  if (message === 'Error in native callback') return 'sql: expected a statement, was nothing';
  return message.replace('Failed to extract statements: ', '').replace(/\n\n/g, '\n');
}

async function collect(result: DuckDBResult, keepRows: number): Promise<SqlResult> {
  const types = result.columnTypes();
  const columns = result.deduplicatedColumnNames().map((name, at) => ({ name, type: String(types[at]) }));
  const rows: SqlValue[][] = [];
  let total = 0;
  for await (const chunk of result) {
    total += chunk.rowCount;
    if (rows.length >= keepRows) continue;
    const kept = chunk.convertRows(JsonDuckDBValueConverter).slice(0, keepRows - rows.length);
    for (const row of kept) rows.push(row.map((value, at) => plain(value, columns[at]?.type ?? '')));
  }
  return { columns, rows, total };
}

/** Whole and decimal numbers come as text; those that a double holds become numbers. */
function plain(value: Json, type: string): SqlValue {
  if (typeof value !== 'string' || !WHOLE.test(type)) return value as SqlValue;
  const number = Number(value);
  return type.startsWith('DECIMAL') || Number.isSafeInteger(number) ? number : value;
}
