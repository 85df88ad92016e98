import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ParquetWriterName, tableCodec } from '../../shared/adapters/parquet/table-codec.ts';
import type { Cell, ColumnTable, ColumnType } from '../../shared/domain/lake/column-table.ts';
import { randomOf } from '../factories/session.ts';
import { aColumn, asWritten, COLUMN_TYPES, randomTables } from '../factories/tables.ts';
import { type DuckdbFile, openDuckdbFile } from './duckdb-file.ts';

const WRITERS: ParquetWriterName[] = ['hyparquet', 'parquetjs'];

let duckdb: DuckdbFile;
beforeAll(async () => {
  duckdb = await openDuckdbFile();
});
afterAll(() => duckdb.close());

const CASES: [string, ColumnTable][] = [
  ['zeros of both signs', aColumn('double', 0, -0, 0, -0)],
  [
    'infinities and the smallest',
    aColumn('double', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
  ],
  ['nothing but NaN', aColumn('double', Number.NaN, undefined, null)],
  ['largest whole numbers', aColumn('int64', Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, -1)],
  ['empty text and missing text', aColumn('string', '', null, '', 'a')],
  ['text beyond ASCII', aColumn('string', 'निफ्टी', '😀', '\uffee', 'é', '\u0000')],
  ['text longer than statistics are kept', aColumn('string', 'x'.repeat(500), 'y'.repeat(500))],
  ['text that reads like numbers', aColumn('string', '10', '9', '1e3', 'NaN', 'null')],
  ['moments before 1970', aColumn('timestamp', -1, 0, Date.UTC(1947, 7, 15), Date.UTC(2025, 11, 4, 3, 45))],
  ...COLUMN_TYPES.map((type): [string, ColumnTable] => [`a ${type} column of no rows`, aColumn(type)]),
  ...COLUMN_TYPES.map((type): [string, ColumnTable] => [
    `a ${type} column of null`,
    aColumn(type, null, null),
  ]),
];

describe.each(WRITERS)('Parquet written by %s', (name) => {
  const codec = tableCodec(name);

  it.each(CASES)('gives back %s, to hyparquet and to DuckDB', async (_, table) => {
    const file = await codec.write(table);
    duckdb.put(file);
    expect(await codec.read(file)).toEqual(asWritten(table));
    expect(await duckdb.table()).toEqual(asWritten(table));
  });

  it('gives back any table, to hyparquet and to DuckDB', async () => {
    await fc.assert(
      fc.asyncProperty(randomTables, async (table) => {
        const file = await codec.write(table);
        duckdb.put(file);
        expect(await codec.read(file)).toEqual(asWritten(table));
        expect(await duckdb.table()).toEqual(asWritten(table));
      }),
      { numRuns: 60 },
    );
  });

  it('finds every value that is there by a filter on it', async () => {
    await fc.assert(
      fc.asyncProperty(randomTables, async (table) => {
        duckdb.put(await codec.write(table));
        for (const { name: column } of table.columns) {
          const lost = `SELECT count(*) FROM (SELECT DISTINCT ${column} AS value FROM $file) AS wanted
            WHERE value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $file WHERE ${column} = value)`;
          expect(await duckdb.query(lost)).toEqual([[0]]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bytes for the same table', async () => {
    await fc.assert(
      fc.asyncProperty(randomTables, async (table) => {
        expect(await codec.write(structuredClone(table))).toEqual(await codec.write(table));
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a whole number that is not exact, naming the column', async () => {
    for (const type of ['int64', 'timestamp'] as const) {
      for (const value of [2 ** 53 + 2, 2 ** 53, 1.5, Number.POSITIVE_INFINITY]) {
        await expect((async () => codec.write(aColumn(type, value)))()).rejects.toMatchObject({
          name: 'InvariantViolated',
          field: 'cell',
        });
      }
    }
  });

  it('writes each row once although several tables are written at the same time', async () => {
    const tables = [3, 5, 7].map((rows) => aColumn('int64', ...Array.from({ length: rows }, (_, at) => at)));
    const files = await Promise.all(tables.map(async (table) => codec.write(table)));
    expect(await Promise.all(files.map((file) => codec.read(file)))).toEqual(tables);
  });

  it('writes and reads the same moments in India as in UTC', () => {
    const run = (TZ: string) => {
      const script = join(import.meta.dirname, 'moments.ts');
      const env = { ...process.env, TZ };
      return JSON.parse(execFileSync(process.execPath, [script, name], { env, encoding: 'utf8' }));
    };
    const utc = run('UTC');
    const moments = ['2025-12-04T03:45:00.000Z', '2025-12-04T18:30:00.001Z'];
    expect(utc).toMatchObject({
      moments,
      duckdb: moments,
      texts: ['2025-12-04 03:45:00+00', '2025-12-04 18:30:00.001+00'],
    });
    expect(run('Asia/Kolkata')).toEqual({ ...utc, zone: 'Asia/Calcutta' });
  });
});

describe.each(WRITERS)('a file of 9,000 rows written by %s', (name) => {
  const table = largeTable(9_000);
  beforeAll(async () => duckdb.put(await tableCodec(name).write(table, 1125)));

  it('has the types of the lake, moments as UTC', async () => {
    const types = `SELECT name, type, coalesce(converted_type, ''), coalesce(logical_type, '') FROM parquet_schema($file)
      WHERE type IS NOT NULL ORDER BY name`;
    expect(await duckdb.query(types)).toEqual([
      ['boolean', 'BOOLEAN', '', ''],
      ['double', 'DOUBLE', '', ''],
      ['int64', 'INT64', '', ''],
      ['string', 'BYTE_ARRAY', 'UTF8', ''],
      [
        'timestamp',
        'INT64',
        'TIMESTAMP_MILLIS',
        expect.stringContaining('isAdjustedToUTC=1, unit=TimeUnit(MILLIS'),
      ],
    ]);
  });

  it('is ZSTD, in row groups as asked for, by us', async () => {
    const groups =
      'SELECT DISTINCT row_group_id, row_group_num_rows, compression FROM parquet_metadata($file) ORDER BY 1';
    expect(await duckdb.query(groups)).toEqual(Array.from({ length: 8 }, (_, at) => [at, 1125, 'ZSTD']));
    expect(await duckdb.query('SELECT created_by FROM parquet_file_metadata($file)')).toEqual([['oi-loop']]);
  });

  it('counts missing cells and bounds the others, group by group', async () => {
    const stated = `SELECT row_group_id, path_in_schema, stats_null_count, stats_min_value, stats_max_value
      FROM parquet_metadata($file) WHERE path_in_schema IN ('int64', 'timestamp', 'string') ORDER BY ALL`;
    const actual = ['int64', 'string', 'timestamp'].map(
      (column) => `SELECT file_row_number // 1125 AS row_group_id, '${column}' AS path_in_schema,
        count(*) - count("${column}"), min("${column}")::VARCHAR, max("${column}")::VARCHAR
        FROM read_parquet($file, file_row_number = true) GROUP BY ALL`,
    );
    expect(await duckdb.query(stated)).toEqual(
      await duckdb.query(`SELECT * FROM (${actual.join(' UNION ALL ')}) ORDER BY ALL`),
    );
  });

  it('answers a filter as a full scan does', async () => {
    await duckdb.query('CREATE OR REPLACE TEMP TABLE scanned AS SELECT * FROM $file');
    for (const { name: column, values } of table.columns) {
      for (const at of [0, 1, 17, 4_500, 8_998]) {
        for (const operator of ['=', '<', '>=']) {
          const where = `WHERE "${column}" ${operator} ${literal(values[at] ?? null, column as ColumnType)}`;
          const pruned = await duckdb.query(`SELECT count(*), min(row), max(row) FROM
            (SELECT *, file_row_number AS row FROM read_parquet($file, file_row_number = true)) ${where}`);
          const full = await duckdb.query(`SELECT count(*), min(row), max(row) FROM
            (SELECT *, row_number() OVER () - 1 AS row FROM scanned) ${where}`);
          expect(pruned, `${column} ${operator}`).toEqual(full);
        }
      }
    }
  });

  it('lets a filter on time skip most groups', async () => {
    const at = Date.UTC(2025, 11, 4, 3, 45) + 4_500_000;
    const touched = `SELECT count(*) FROM parquet_metadata($file) WHERE path_in_schema = 'timestamp'
      AND stats_max_value::TIMESTAMPTZ >= make_timestamp_ms(${at}) AND stats_min_value::TIMESTAMPTZ < make_timestamp_ms(${at + 60_000})`;
    expect(await duckdb.query(touched)).toEqual([[1]]);
  });
});

/** Rows by time with a column of each type, named for it; every seventh cell is missing, apart from the time. */
function largeTable(rows: number): ColumnTable {
  const random = randomOf(7);
  const cells: Record<ColumnType, (row: number) => Cell> = {
    timestamp: (row) => Date.UTC(2025, 11, 4, 3, 45) + row * 1000,
    string: () => ['CE', 'PE', '\uffee', ''][Math.floor(random() * 4)] as string,
    double: () => (random() - 0.5) * 1e6,
    int64: () => Math.round((random() - 0.5) * 1e12),
    boolean: () => random() < 0.5,
  };
  const columns = COLUMN_TYPES.map((type) => ({
    name: type as string,
    type,
    values: Array.from({ length: rows }, (_, row) =>
      type !== 'timestamp' && row % 7 === 3 ? null : cells[type](row),
    ),
  }));
  return { rows, columns };
}

function literal(value: Cell, type: ColumnType): string {
  if (type === 'timestamp') return `make_timestamp_ms(${value})::TIMESTAMPTZ`;
  return type === 'string' ? `'${value}'` : String(value);
}
