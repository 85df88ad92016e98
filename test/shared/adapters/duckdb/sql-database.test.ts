import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckdbDatabase } from '../../../../shared/adapters/duckdb/sql-database.ts';
import type { SqlDatabase } from '../../../../shared/ports/sql-database.ts';

let database: SqlDatabase;
beforeAll(async () => {
  database = await duckdbDatabase();
});
afterAll(() => database.close());

const cells = async (sql: string) => (await database.query(sql)).rows[0];

describe('duckdbDatabase', () => {
  it('gives whole numbers as numbers as long as a double holds them', async () => {
    expect(
      await cells('SELECT 1::BIGINT, 9007199254740991::BIGINT, 2::UBIGINT, 3::HUGEINT, 1.5::DECIMAL(9,2)'),
    ).toEqual([1, 9007199254740991, 2, 3, 1.5]);
    expect(await cells('SELECT 9007199254740993::BIGINT, 12345678901234567890::HUGEINT')).toEqual([
      '9007199254740993',
      '12345678901234567890',
    ]);
  });

  it('gives moments and dates as text in UTC, infinity as text, nested values as they are', async () => {
    expect(
      await cells(
        `SELECT TIMESTAMPTZ '2025-12-04 09:15:00+05:30', DATE '2025-12-04', 'inf'::DOUBLE, [1, 2], {'a': null}`,
      ),
    ).toEqual(['2025-12-04 03:45:00+00', '2025-12-04', 'Infinity', [1, 2], { a: null }]);
  });

  it('keeps as many rows as asked for and counts all', async () => {
    const { columns, rows, total } = await database.query('SELECT range AS row FROM range(10000)', 3);
    expect({ columns, rows, total }).toEqual({
      columns: [{ name: 'row', type: 'BIGINT' }],
      rows: [[0], [1], [2]],
      total: 10_000,
    });
  });

  it('gives the last of several statements, and names columns of one name apart', async () => {
    const { columns, rows } = await database.query('SELECT 1 AS a; SELECT 2 AS b, 3 AS b');
    expect(columns.map(({ name }) => name)).toEqual(['b', 'b:1']);
    expect(rows).toEqual([[2, 3]]);
  });

  it.each([
    ['selct 1', /^Parser Error: syntax error at or near "selct"\nLINE 1: selct 1\n {8}\^$/],
    ['SELECT * FROM nowhere', /^Catalog Error: Table with name nowhere does not exist!/],
    ["SELECT 'x'::INTEGER", /^Conversion Error/],
    ['', /^sql: expected a statement, was nothing$/],
    ['-- nothing', /^sql: expected a statement, was nothing$/],
    ["SELECT * FROM 's3://bucket/file.parquet'", /httpfs/],
  ])('says in its own words what is wrong with %j', async (sql, message) => {
    await expect(database.query(sql)).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'sql',
      message: expect.stringMatching(message),
    });
  });

  it('fetches and loads nothing by itself', async () => {
    const settings = `SELECT value FROM duckdb_settings() WHERE name IN
      ('autoinstall_known_extensions', 'autoload_known_extensions') ORDER BY name`;
    expect((await database.query(settings)).rows).toEqual([['false'], ['false']]);
  });
});
