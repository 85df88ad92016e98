import { describe, expect, it } from 'vitest';
import type { DatasetFile } from '../../../../shared/domain/datasets/manifest.ts';
import { rebuildChanges } from '../../../../shared/domain/datasets/rebuild-reasons.ts';
import { aManifest } from '../../../factories/manifest.ts';

const [ONE] = aManifest().files;
const file = (changes: Partial<DatasetFile> = {}): DatasetFile => ({ ...ONE!, ...changes });
const otherBytes = { sha256: 'e'.repeat(64) };
const otherChain = { source_sha256: 'f'.repeat(64) };

describe('rebuildChanges', () => {
  it.each([
    ['nothing of the same bytes', [file()], [file()], []],
    ['nothing of the same bytes from another chain', [file()], [file(otherChain)], []],
    ['code, where the chain is the same', [file()], [file(otherBytes)], ['code']],
    ['late data, where it is not', [file()], [file({ ...otherBytes, ...otherChain })], ['late_data']],
    ['code, where a chain is not known', [file({ source_sha256: null })], [file(otherBytes)], ['code']],
    ['a day more', [], [file()], ['day_added']],
    ['a day less', [file()], [], ['day_removed']],
  ])('says %s', (_, before, after, reasons) => {
    expect(rebuildChanges(before, after).map(({ reason }) => reason)).toEqual(reasons);
  });

  it('names the file', () => {
    expect(rebuildChanges([], [file()])).toEqual([
      { kind: 'features', exchange: 'NSE', date: '2025-12-04', reason: 'day_added' },
    ]);
  });
});
