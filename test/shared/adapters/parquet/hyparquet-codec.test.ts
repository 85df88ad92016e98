import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import {
  type Cell,
  type ColumnTable,
  type ColumnType,
  column,
} from '../../../../shared/domain/lake/column-table.ts';

const CELLS: Record<ColumnType, fc.Arbitrary<Cell>> = {
  string: fc.string({ unit: 'grapheme' }),
  double: fc.double(),
  int64: fc.maxSafeInteger().map((value) => value + 0),
  timestamp: fc.integer({ min: -1e12, max: 4e12 }),
  boolean: fc.boolean(),
};
const TYPES = Object.keys(CELLS) as ColumnType[];

const tables: fc.Arbitrary<ColumnTable> = fc.nat(60).chain((rows) =>
  fc
    .tuple(
      ...TYPES.map((type) =>
        fc
          .array(fc.option(CELLS[type], { nil: null }), { minLength: rows, maxLength: rows })
          .map((values) => ({
            name: `a_${type}`,
            type,
            values,
          })),
      ),
    )
    .map((columns) => ({ rows, columns })),
);
const one = (type: ColumnType, ...values: (Cell | undefined)[]): ColumnTable => ({
  rows: values.length,
  columns: [{ name: 'cell', type, values: values as Cell[] }],
});
const roundTrip = async (table: ColumnTable) => hyparquetCodec.read(hyparquetCodec.write(table));
const missingForNaN = (table: ColumnTable): ColumnTable => ({
  ...table,
  columns: table.columns.map((each) => ({
    ...each,
    values: each.values.map((value) => (Number.isNaN(value) ? null : value)),
  })),
});

describe('hyparquetCodec', () => {
  it('gives back every type, null and infinity, NaN as missing', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        expect(await roundTrip(table)).toEqual(missingForNaN(table));
      }),
    );
  });

  it.each(TYPES)('gives back a %s column of nothing but null, and of no rows', async (type) => {
    expect(await roundTrip(one(type, null, null))).toEqual(one(type, null, null));
    expect(await roundTrip(one(type))).toEqual(one(type));
  });

  it('keeps -0 and 0 apart, infinities, and the largest whole numbers', async () => {
    const doubles = one('double', 0, -0, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324);
    expect(await roundTrip(doubles)).toEqual(doubles);
    const whole = one('int64', Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
    expect(await roundTrip(whole)).toEqual(whole);
    expect(await roundTrip(one('double', Number.NaN, undefined))).toEqual(one('double', null, null));
  });

  it('refuses a whole number that is not exact, naming the column', () => {
    for (const value of [2 ** 53 + 2, 2 ** 53, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => hyparquetCodec.write(one('int64', value))).toThrow(
        expect.objectContaining({ name: 'InvariantViolated', field: 'cell' }),
      );
    }
  });

  it('reads only the columns asked for, and names one that is not there', async () => {
    const table = {
      rows: 1,
      columns: [...one('double', 1).columns, { name: 'b', type: 'int64' as const, values: [2] }],
    };
    const file = hyparquetCodec.write(table);
    const read = await hyparquetCodec.read(file, ['b']);
    expect(read.columns.map(({ name }) => name)).toEqual(['b']);
    expect(column(read, 'b')).toEqual([2]);
    await expect(hyparquetCodec.read(file, ['b', 'c'])).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining('columns c,'),
    });
  });

  it('gives the same bytes for the same table', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(hyparquetCodec.write(structuredClone(table))).toEqual(hyparquetCodec.write(table));
      }),
      { numRuns: 20 },
    );
  });

  it('writes ZSTD, UTC milliseconds, and row groups of 30,000', async () => {
    const rows = 65_000;
    const table: ColumnTable = {
      rows,
      columns: [
        { name: 'time', type: 'timestamp', values: Array.from({ length: rows }, (_, at) => at) },
        {
          name: 'text',
          type: 'string',
          values: Array.from({ length: rows }, (_, at) => (at % 7 ? `s${at % 50}` : null)),
        },
      ],
    };
    const file = hyparquetCodec.write(table);
    const metadata = parquetMetadata(file.slice().buffer);
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([30_000, 30_000, 5000]);
    expect(metadata.row_groups[0]?.columns.map((each) => each.meta_data?.codec)).toEqual(['ZSTD', 'ZSTD']);
    expect(metadata.schema[1]).toMatchObject({
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    });
    expect(await hyparquetCodec.read(file)).toEqual(table);
  });

  it('reads and writes the same moments in India as in UTC', () => {
    const script = join(import.meta.dirname, 'moments.ts');
    const run = (TZ: string) =>
      execFileSync(process.execPath, [script], { env: { ...process.env, TZ }, encoding: 'utf8' }).trim();
    const utc = run('UTC');
    expect(JSON.parse(utc)).toMatchObject({
      moments: ['2025-12-04T03:45:00.000Z', '2025-12-04T18:30:00.001Z'],
    });
    expect(JSON.parse(run('Asia/Kolkata'))).toEqual({ ...JSON.parse(utc), zone: 'Asia/Calcutta' });
  });

  it('says InvariantViolated for a truncated, damaged or foreign file', async () => {
    const file = hyparquetCodec.write(one('double', ...Array.from({ length: 1000 }, (_, at) => at * 1.1)));
    const damaged = file.slice().fill(7, 20, 200);
    for (const bad of [new Uint8Array(), file.slice(0, -1), file.slice(0, 40), file.slice(10), damaged]) {
      await expect(hyparquetCodec.read(bad)).rejects.toMatchObject({ name: 'InvariantViolated' });
    }
    await expect(hyparquetCodec.read(new TextEncoder().encode('not a file'))).rejects.toThrow(/was 10 bytes/);
  });

  it('reads a file that lies inside a larger buffer', async () => {
    const file = hyparquetCodec.write(one('string', 'a', null));
    const larger = new Uint8Array(file.length + 64).fill(9);
    larger.set(file, 17);
    expect(await hyparquetCodec.read(larger.subarray(17, 17 + file.length))).toEqual(
      one('string', 'a', null),
    );
  });
});
