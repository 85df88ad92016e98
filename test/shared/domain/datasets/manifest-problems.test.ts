import { describe, expect, it } from 'vitest';
import { datasetContentHash } from '../../../../shared/domain/datasets/content.ts';
import { manifestProblems } from '../../../../shared/domain/datasets/manifest-problems.ts';
import { aManifest } from '../../../factories/manifest.ts';

const whole = aManifest();
const sound = { ...whole, content_hash: datasetContentHash(whole, whole.files) };

describe('manifestProblems', () => {
  it('are none of a manifest that agrees with itself', () => {
    expect(manifestProblems(sound)).toEqual([]);
  });

  it.each([
    ['a file', { files: sound.files.map((file) => ({ ...file, sha256: 'e'.repeat(64) })) }],
    ['the window', { window: { from: '2024-01-01', to: '2025-12-04' } }],
    ['the label set', { label_set: 'other' }],
  ])('show that the content hash does not follow when %s was changed', (_, changes) => {
    const [problem, ...more] = manifestProblems({ ...sound, ...changes });
    expect(problem).toMatchObject({ where: 'content_hash', expected: sound.content_hash });
    expect(problem?.was).not.toBe(sound.content_hash);
    expect(more).toEqual([]);
  });

  it('show records that are not the sum of the rows', () => {
    expect(manifestProblems({ ...sound, records: { NSE: 331 } })).toEqual([
      { where: 'records.NSE', what: 'records', expected: '331', was: '330' },
    ]);
  });
});
