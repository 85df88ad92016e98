import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { type ColumnTable, column } from '../../../../shared/domain/lake/column-table.ts';
import { aColumn as one } from '../../../factories/tables.ts';

// What every writer must do is in test/contract/table-codec.test.ts.
describe('hyparquetCodec', () => {
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
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([30_000, 30_000, 5_000]);
    expect(metadata.row_groups[0]?.columns.map((each) => each.meta_data?.codec)).toEqual(['ZSTD', 'ZSTD']);
    expect(metadata.schema[1]).toMatchObject({
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    });
    expect(await hyparquetCodec.read(file)).toEqual(table);
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
