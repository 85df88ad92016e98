import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffFiles, diffManifests } from '../../../../shared/domain/datasets/diff.ts';
import type { DatasetFile } from '../../../../shared/domain/datasets/manifest.ts';
import { aManifest } from '../../../factories/manifest.ts';

const [ONE] = aManifest().files;
const file = (date: string, changes: Partial<DatasetFile> = {}): DatasetFile => ({
  ...ONE!,
  date,
  ...changes,
});
const other = { sha256: 'd'.repeat(64) };
const FILES = ['2025-12-01', '2025-12-02', '2025-12-03'].flatMap((date) => [
  file(date),
  file(date, { kind: 'labels' }),
  file(date, { exchange: 'BSE' }),
]);

describe('diffFiles', () => {
  it('says which files were added, removed and changed, and whether the chain is the same', () => {
    const before = [file('2025-12-01'), file('2025-12-02'), file('2025-12-03'), file('2025-12-04')];
    const after = [
      file('2025-12-02'),
      file('2025-12-03', other),
      file('2025-12-04', { ...other, source_sha256: 'e'.repeat(64) }),
      file('2025-12-05'),
    ];
    const { added, removed, changed } = diffFiles(before, after);
    expect(added).toEqual([file('2025-12-05')]);
    expect(removed).toEqual([file('2025-12-01')]);
    expect(changed.map(({ date, sameChain }) => [date, sameChain])).toEqual([
      ['2025-12-03', true],
      ['2025-12-04', false],
    ]);
  });

  it('does not know of the chain where a file does not name one', () => {
    const after = [file('2025-12-01', { ...other, source_sha256: null })];
    expect(diffFiles([file('2025-12-01')], after).changed[0]?.sameChain).toBeNull();
  });

  it('does not depend on the order of the files', () => {
    const [some, none] = [
      FILES.slice(2).map((one, at) => (at % 2 ? { ...one, ...other } : one)),
      FILES.slice(0, 7),
    ];
    const expected = diffFiles(none, some);
    const shuffled = (files: DatasetFile[]) => fc.shuffledSubarray(files, { minLength: files.length });
    fc.assert(
      fc.property(shuffled(none), shuffled(some), (before, after) => {
        expect(diffFiles(before, after)).toEqual(expected);
      }),
    );
  });
});

describe('diffManifests', () => {
  it('finds nothing between a version and itself', () => {
    expect(diffManifests(aManifest(), aManifest())).toEqual({
      same_content: true,
      spec: [],
      files: { added: [], removed: [], changed: [] },
      rows: {},
      completeness: [],
    });
  });

  it('shows what of the spec, the rows and the completeness differs, the largest change first', () => {
    const before = aManifest();
    const stats = before.stats['NSE']!;
    const after = aManifest({
      content_hash: 'c'.repeat(64),
      window: { from: '2025-06-05', to: '2025-12-04' },
      records: { NSE: 335, BSE: 7 },
      stats: { NSE: { ...stats, completeness: { vix: 0.98, pcr: 0.5 } } },
    });
    const diff = diffManifests(before, after);
    expect(diff.same_content).toBe(false);
    expect(diff.spec).toEqual([
      {
        field: 'window',
        before: '{"from":"2024-12-05","to":"2025-12-04"}',
        after: '{"from":"2025-06-05","to":"2025-12-04"}',
      },
    ]);
    expect(diff.rows).toEqual({ BSE: 7, NSE: 5 });
    expect(diff.completeness).toEqual([
      { exchange: 'NSE', feature: 'pcr', before: null, after: 0.5 },
      { exchange: 'NSE', feature: 'vix', before: 0.987654321, after: 0.98 },
    ]);
  });
});
