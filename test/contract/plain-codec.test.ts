import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWritten, randomTables } from '../factories/tables.ts';
import { plainCodec } from './plain-codec.ts';

describe('plainCodec', () => {
  it('gives back any table as the Parquet codecs do, from the same bytes each time', async () => {
    await fc.assert(
      fc.asyncProperty(randomTables, async (table) => {
        const file = await plainCodec.write(table);
        expect(await plainCodec.read(file)).toEqual(asWritten(table));
        expect(await plainCodec.write(structuredClone(table))).toEqual(file);
      }),
    );
  });

  it('reads the named columns only, and names the one that is not there', async () => {
    const values = [1, null];
    const column = (name: string) => ({ name, type: 'double' as const, values });
    const file = await plainCodec.write({ rows: 2, columns: [column('a'), column('b')] });
    expect((await plainCodec.read(file, ['b'])).columns.map(({ name }) => name)).toEqual(['b']);
    await expect(plainCodec.read(file, ['c'])).rejects.toThrow(/was c$/);
  });
});
