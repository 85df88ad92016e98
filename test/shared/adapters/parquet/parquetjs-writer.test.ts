import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { parquetjsWriter } from '../../../../shared/adapters/parquet/parquetjs-writer.ts';
import type { ColumnTable } from '../../../../shared/domain/lake/column-table.ts';
import { aColumn } from '../../../factories/tables.ts';

// What every writer must do is in test/contract/table-codec.test.ts.

async function statisticsOf(table: ColumnTable, groupRows?: number) {
  const file = await parquetjsWriter.write(table, groupRows);
  const { row_groups } = parquetMetadata(file.slice().buffer);
  return row_groups.map(({ columns }) => columns[0]?.meta_data?.statistics);
}

describe('parquetjsWriter', () => {
  it('bounds numbers as numbers, not as text', async () => {
    expect(await statisticsOf(aColumn('double', 10, 9, 100, null))).toEqual([
      { null_count: 1n, min_value: 9, max_value: 100 },
    ]);
    expect(await statisticsOf(aColumn('int64', 10, -9, 100))).toEqual([
      { null_count: 0n, min_value: -9n, max_value: 100n },
    ]);
  });

  it('bounds text by code point, and not at all where it would order by UTF-16 unit', async () => {
    expect(await statisticsOf(aColumn('string', 'PE', '\uffee', 'CE'))).toEqual([
      { null_count: 0n, min_value: 'CE', max_value: '\uffee' },
    ]);
    expect(await statisticsOf(aColumn('string', '\uffee', '😀', null))).toEqual([{ null_count: 1n }]);
  });

  it('bounds a group whose first pages are empty', async () => {
    const values = Array.from({ length: 9_000 }, (_, row) => (row % 1125 > 1000 ? row : null));
    const groups = await statisticsOf(aColumn('int64', ...values), 1125);
    expect(groups).toHaveLength(8);
    expect(groups[1]).toMatchObject({ min_value: 2126n, max_value: 2249n, null_count: 1001n });
  });

  it('writes no page index, which strict readers would stumble over', async () => {
    const file = await parquetjsWriter.write(aColumn('double', 1, 2));
    const [group] = parquetMetadata(file.slice().buffer).row_groups;
    expect(group?.columns[0]).not.toHaveProperty('column_index_offset', expect.anything());
  });

  it('ends its file once and whole', async () => {
    const file = await parquetjsWriter.write(aColumn('string', 'a'));
    const text = Buffer.from(file).toString('latin1');
    expect([text.slice(0, 4), text.slice(-4), text.split('PAR1').length]).toEqual(['PAR1', 'PAR1', 3]);
  });
});
