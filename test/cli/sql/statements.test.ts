import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readStatements } from '../../../cli/sql/statements.ts';

async function statements(...chunks: string[]) {
  const asked: boolean[] = [];
  const found: string[] = [];
  for await (const sql of readStatements(Readable.from(chunks), (isFirst) => asked.push(isFirst)))
    found.push(sql);
  return { found, asked };
}

describe('readStatements', () => {
  it('ends a statement at a semicolon at the end of a line, the last also at the end', async () => {
    const { found } = await statements('select 1;\n\nselect\n  2 ; \nsel', "ect ';' as\nx");
    expect(found).toEqual(['select 1;', 'select\n  2 ; ', "select ';' as\nx"]);
  });

  it('asks for a first line and for a further one', async () => {
    expect((await statements('select\n1;\n')).asked).toEqual([true, false, true]);
  });

  it('finds nothing in nothing', async () => {
    expect((await statements('', '\n \n')).found).toEqual([]);
  });
});
