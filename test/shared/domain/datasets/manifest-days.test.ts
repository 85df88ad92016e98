import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetFile } from '../../../../shared/domain/datasets/manifest.ts';
import { daysOf } from '../../../../shared/domain/datasets/manifest-days.ts';
import { aManifest } from '../../../factories/manifest.ts';

const [ONE] = aManifest().files;
const file = (
  kind: DatasetFile['kind'],
  date: string,
  exchange: DatasetFile['exchange'] = 'NSE',
): DatasetFile => ({
  ...ONE!,
  kind,
  date,
  exchange,
});
const FILES = ['2025-12-02', '2025-12-03', '2025-12-04'].flatMap((date) => [
  file('features', date),
  file('labels', date),
  file('features', date, 'BSE'),
  file('labels', date, 'BSE'),
]);

describe('daysOf', () => {
  it('pairs the files of an exchange by date, whatever their order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(FILES, { minLength: FILES.length }), (files) => {
        const days = daysOf(aManifest({ files }), 'NSE');
        expect(days.map(({ date }) => date)).toEqual(['2025-12-02', '2025-12-03', '2025-12-04']);
        for (const { date, features, labels } of days) {
          expect(features).toEqual(file('features', date));
          expect(labels).toEqual(file('labels', date));
        }
      }),
    );
  });

  it('is empty for an exchange without files', () => {
    expect(daysOf(aManifest({ files: FILES }), 'NSE_MONTHLY')).toEqual([]);
  });

  it.each([
    ['without labels', [file('features', '2025-12-04')]],
    ['without features', [file('labels', '2025-12-04')]],
    ['with a file twice', [...FILES, file('labels', '2025-12-04')]],
  ])('names a day %s', (_, files) => {
    expect(() => daysOf(aManifest({ files }), 'NSE')).toThrow(/2025-12-04.*expected|expected.*2025-12-04/);
  });
});
