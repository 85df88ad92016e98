import { describe, expect, it } from 'vitest';
import { datasetManifestSchema } from '../../../../shared/domain/datasets/manifest.ts';
import { aManifest } from '../../../factories/manifest.ts';

describe('datasetManifestSchema', () => {
  it('gives back what it is given, also as JSON', () => {
    expect(datasetManifestSchema.parse(JSON.parse(JSON.stringify(aManifest())))).toEqual(aManifest());
    expect(datasetManifestSchema.parse(aManifest({ version: '2025-12-04.12' })).version).toBe(
      '2025-12-04.12',
    );
  });

  it.each([
    ['version', { version: '2025-12-4' }],
    ['content_hash', { content_hash: 'A'.repeat(64) }],
    ['exchanges', { exchanges: [] }],
    ['created_at', { created_at: '2025-12-04 10:30' }],
    ['window', { window: { from: '2025-12-32', to: '2025-12-04' } }],
  ])('refuses a wrong %s', (field, changes) => {
    const { error } = datasetManifestSchema.safeParse(aManifest(changes as object));
    expect(error?.issues[0]?.path[0]).toBe(field);
  });
});
