import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sessionOptions } from '../../../cli/commands/sql.ts';
import { openOutput } from '../../../cli/output.ts';
import type { ViewSources } from '../../../cli/sql/lake-views.ts';
import { type SqlOptions, sqlSession } from '../../../cli/sql/session.ts';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { duckdbDatabase } from '../../../shared/adapters/duckdb/sql-database.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../../shared/adapters/parquet/table-codec.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { aSession } from '../../factories/session.ts';

let folder: string;
let sources: ViewSources;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oi-session-'));
  const bucket = memoryObjectStore();
  const registry = memoryBatchRegistry();
  const write = writeBatches({ registry, lake: lakeFiles(bucket, tableCodec('hyparquet')), clock: () => 0 });
  await write(aSession({ minutes: 4 }));
  sources = {
    bucket,
    registry,
    recommendations: {
      ofDay: async () => [],
      outcomesOfDay: async () => [],
    } as unknown as RecommendationStore,
    database: await duckdbDatabase(),
    cache: join(folder, 'cache'),
    fetched: () => undefined,
    today: async () => '2025-12-04',
    calendarFrom: '2025-12-01',
    looked: () => undefined,
  };
});
afterEach(() => {
  sources.database.close();
  rmSync(folder, { recursive: true });
});

/** A session and what it has shown so far. */
async function open(options: Partial<SqlOptions> = {}, isJson = false) {
  const stdout = new PassThrough();
  const shown = () => stdout.read()?.toString() ?? '';
  const output = openOutput(isJson, stdout as unknown as typeof process.stdout, new PassThrough() as never);
  return { session: await sqlSession(sources, { rows: 40, ...options }, output), shown, stdout };
}

describe('sqlSession', () => {
  it('says what it looks at, then shows the rows and gives them as a record', async () => {
    const { session, shown } = await open();
    expect(shown()).toMatch(
      /^1 session: 2025-12-04, NSE BSE .* \(--from, --to, --exchange choose others\)\n$/,
    );
    const result = await session.run('SELECT count(DISTINCT snapshot_id) AS snapshots FROM raw');
    expect(shown()).toBe('snapshots\n---------\n        4\n1 row\n');
    expect(result).toEqual({
      total: 1,
      columns: [{ name: 'snapshots', type: 'BIGINT' }],
      rows: [{ snapshots: 4 }],
    });
  });

  it('shows as many rows as asked for', async () => {
    const { session, shown } = await open({ rows: 2 });
    expect(await session.run('SELECT range FROM range(5)')).toMatchObject({ total: 5, rows: [{}, {}] });
    expect(shown()).toMatch(/\n\.\.\. 3 more \(5 rows\)\n$/);
  });

  it('keeps every row for a machine and shows a screen of them to people', async () => {
    const asked = sessionOptions({}, true);
    const { session, shown } = await open(asked);
    const { rows } = (await session.run('SELECT range FROM range(5000)')) as { rows: object[] };
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)).toEqual({ range: 4999 });
    expect(shown()).toMatch(/\n +39\n\.\.\. 4960 more \(5000 rows\)\n$/);
  });

  it.each([
    [{}, true, { rows: 40, kept: Number.POSITIVE_INFINITY }],
    [{}, false, { rows: 40, kept: 40 }],
    [{ rows: 2 }, true, { rows: 2, kept: 2 }],
    [{ rows: 2, csv: 'a.csv' }, false, { rows: 2, kept: 2, csv: 'a.csv' }],
  ])('%j with JSON %s is %j', (asked, isJson, options) => {
    expect(sessionOptions(asked, isJson)).toEqual(options);
  });

  it('says that there is nothing, and how to change that', async () => {
    const { shown } = await open({ from: '2026-01-01' });
    expect(shown()).toMatch(/^no session in the lake within these days; \.\/oi backfill FILE/);
  });

  it('writes every row to a CSV file, exactly, with moments in UTC', async () => {
    const csv = join(folder, "it's.csv");
    const { session, shown } = await open({ csv, rows: 1 });
    await session.run(
      'SELECT DISTINCT timestamp, underlying_price / 3 AS third FROM raw -- all\nORDER BY 1 ;; ',
    );
    expect(shown()).toContain(`4 rows written to ${csv}`);
    const [head, first, ...others] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(head).toBe('timestamp,third');
    expect(first).toMatch(/^2025-12-04 03:45:00\+00,\d+\.\d{8,}$/);
    expect(others).toHaveLength(3);
  });

  it.each([
    ['summarize select strike from raw', 'column_name,column_type,min,max,', /\nstrike,/],
    ['-- what it is\nDESCRIBE raw;', 'column_name,column_type,null,', /\nstrike,/],
    ['show tables ; ', 'name', /\nraw\n/],
    ['from range(2)', 'range', /\n0\n1\n/],
    ["values (1, 'a;b')", 'col0,col1', /\n1,a;b\n/],
    ['with two as (select 2 as n) select n from two', 'n', /\n2\n/],
  ])('writes what %j gives', async (sql, head, line) => {
    const csv = join(folder, 'out.csv');
    const { session } = await open({ csv });
    await session.run(sql);
    const text = readFileSync(csv, 'utf8');
    expect(text.startsWith(head)).toBe(true);
    expect(text).toMatch(line);
  });

  it.each([['create table mine as select 1'], ['select 1; select 2'], ['selct 1']])(
    'says what --csv takes instead of %j',
    async (sql) => {
      const { session } = await open({ csv: join(folder, 'out.csv') });
      await expect(session.run(sql)).rejects.toMatchObject({
        name: 'RejectedInput',
        message: expect.stringMatching(/^--csv: expected one query that gives rows .*, was .*\nParser Error/),
      });
    },
  );

  it('gives the words of the database for a wrong statement', async () => {
    const { session } = await open();
    await expect(session.run('SELECT nothing FROM raw')).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringMatching(/^Binder Error: Referenced column "nothing" not found/),
    });
  });

  it('keeps what a statement made for the next, and leaves the lake as it is', async () => {
    const { session, shown } = await open();
    await session.run('CREATE TABLE mine AS SELECT * FROM raw');
    await session.run('DELETE FROM mine');
    shown();
    await session.run('SELECT (SELECT count(*) FROM mine) AS mine, count(*) > 0 AS lake FROM raw');
    expect(shown()).toContain('   0  true\n');
  });
});

describe('a conversation', () => {
  const say = (text: string, isTTY: boolean) => Object.assign(Readable.from([text]), { isTTY });

  it('asks on a terminal and survives a wrong statement', async () => {
    const { session, shown, stdout } = await open();
    await session.converse(say('SELECT 7 AS\nseven;\nselct;\nSELECT 8;\n', true), stdout as Writable);
    const text = shown();
    expect(text).toContain('oi> ... seven\n-----\n    7\n1 row\n');
    expect(text).toContain('Parser Error: syntax error at or near "selct"');
    expect(text).toContain('\n8\n1 row\n');
  });

  it('asks nothing of a pipe, ends at a wrong statement, and gives a line of JSON each', async () => {
    const { session, shown, stdout } = await open({}, true);
    const said = session.converse(
      say('SELECT 7 AS seven;\nSELECT 8 AS eight;\nselct', false),
      stdout as Writable,
    );
    await expect(said).rejects.toMatchObject({ name: 'RejectedInput' });
    const records = shown()
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(records).toMatchObject([
      { ok: true, rows: [{ seven: 7 }] },
      { ok: true, rows: [{ eight: 8 }] },
    ]);
  });
});
