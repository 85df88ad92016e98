import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DatasetSpec,
  datasetContentHash,
  nextVersion,
} from '../../../../shared/domain/datasets/content.ts';
import type { DatasetFile } from '../../../../shared/domain/datasets/manifest.ts';

const SPEC: DatasetSpec = {
  exchanges: ['NSE', 'BSE'],
  window: { from: '2025-06-05', to: '2025-12-04' },
  windows: {},
  feature_set: 'tracker-v2',
  label_set: 'tb15',
};
const file = (at: number, changes: Partial<DatasetFile> = {}): DatasetFile => ({
  kind: at % 2 === 0 ? 'features' : 'labels',
  exchange: 'NSE',
  date: `2025-11-${String(10 + at).padStart(2, '0')}`,
  path: `path-${at}`,
  rows: at,
  sha256: String(at).repeat(64).slice(0, 64),
  source_sha256: null,
  ...changes,
});
const FILES = [0, 1, 2, 3].map((at) => file(at));
const HASH = datasetContentHash(SPEC, FILES);

describe('datasetContentHash', () => {
  it('does not depend on the order of files or exchanges, nor on paths', () => {
    const moved = FILES.map((one) => ({ ...one, path: 'elsewhere' }));
    fc.assert(
      fc.property(fc.shuffledSubarray(moved, { minLength: 4 }), (files) => {
        expect(datasetContentHash({ ...SPEC, exchanges: ['BSE', 'NSE'] }, files)).toBe(HASH);
      }),
    );
    expect(HASH).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['a file more', SPEC, [...FILES, file(4)]],
    ['a file less', SPEC, FILES.slice(1)],
    ['other bytes', SPEC, [...FILES.slice(1), file(0, { sha256: 'f'.repeat(64) })]],
    ['another day of the same bytes', SPEC, [...FILES.slice(1), file(0, { date: '2025-11-30' })]],
    ['another exchange', SPEC, [...FILES.slice(1), file(0, { exchange: 'BSE' })]],
    ['another window', { ...SPEC, window: { ...SPEC.window, from: '2025-06-06' } }, FILES],
    ['a window of its own', { ...SPEC, windows: { BSE: { from: '2025-09-05', to: '2025-12-04' } } }, FILES],
    ['another feature set', { ...SPEC, feature_set: 'tracker-v3' }, FILES],
    ['another label set', { ...SPEC, label_set: 'dir3' }, FILES],
    ['fewer exchanges', { ...SPEC, exchanges: ['NSE' as const] }, FILES],
  ])('changes with %s', (_, spec, files) => {
    expect(datasetContentHash(spec, files)).not.toBe(HASH);
  });
});

describe('nextVersion', () => {
  it.each([
    [[], '2025-12-04'],
    [['2025-12-04'], '2025-12-04.2'],
    [['2025-12-04.9', '2025-12-04', '2025-12-04.10'], '2025-12-04.11'],
    [['2025-12-03', '2025-12-05.4'], '2025-12-04'],
    [['2025-12-04.3'], '2025-12-04.4'],
  ])('after %j is %s', (existing, expected) => {
    expect(nextVersion('2025-12-04', existing)).toBe(expected);
  });

  it('never gives a version that exists', () => {
    fc.assert(
      fc.property(fc.nat(30), (count) => {
        const versions: string[] = [];
        for (let at = 0; at <= count; at++) versions.push(nextVersion('2025-12-04', versions));
        expect(new Set(versions).size).toBe(count + 1);
        expect(versions.at(-1)).toBe(count === 0 ? '2025-12-04' : `2025-12-04.${count + 1}`);
      }),
    );
  });
});
