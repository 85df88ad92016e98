import { describe, expect, it } from 'vitest';
import { showModels } from '../../../cli/models/show.ts';
import { openOutput } from '../../../cli/output.ts';
import { aModelVersion } from '../../factories/registry.ts';

describe('the list of models', () => {
  it('says which ones were distilled or imported', () => {
    const said: string[] = [];
    const listening = { write: (text: string) => said.push(text) > 0 };
    const rows = [{}, { distilled_of: '2025-12-04-aaaaaaaa' }, { imported_by: 'a quant' }];
    showModels(
      rows.map((row) => aModelVersion({ family: 'lightgbm', ...row })),
      [],
      openOutput(
        false,
        listening as unknown as typeof process.stdout,
        listening as unknown as typeof process.stderr,
      ),
    );
    const lines = said.join('').trim().split('\n').slice(-3);
    expect(lines[0]).not.toContain('(');
    expect(lines[1]).toContain('lightgbm (distilled)');
    expect(lines[2]).toContain('lightgbm (imported)');
  });
});
