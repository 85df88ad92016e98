import { beforeEach, describe, expect, it } from 'vitest';
import { featureCompleteness } from '../../../functions/evaluate/feature-completeness.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import { featureTable } from '../../../shared/domain/features/feature-table.ts';
import type { LakeFiles } from '../../../shared/ports/lake-files.ts';
import { memoryObjectStore } from '../../contract/memory-ports.ts';
import { aFeatureRow } from '../../factories/rows.ts';
import { evaluatedManifest } from './evaluated-manifest.ts';

const DAYS = ['2025-11-24', '2025-11-25', '2025-11-26', '2025-11-27'];
const NAMES = ['vix', 'skew', 'macro'];
/** Of ten rows a day: always there; there now and then; dead on the last day. */
const KNOWN = [
  [10, 6, 10],
  [10, 4, 10],
  [10, 7, 10],
  [10, 4, 0],
];

const lake = lakeFiles(memoryObjectStore(), hyparquetCodec);
const read: (readonly string[])[] = [];
const counted: Pick<LakeFiles, 'read'> = {
  read: (file, columns) => {
    read.push(columns ?? []);
    return lake.read(file, columns);
  },
};
let manifest: DatasetManifest;
beforeEach(async () => {
  read.length = 0;
  const given = evaluatedManifest(DAYS);
  const files = [];
  for (const [day, file] of given.files.entries()) {
    const rows = Array.from({ length: 10 }, (_, row) =>
      aFeatureRow(
        row,
        NAMES.map((_, at) => (row < KNOWN[day]![at]! ? 1 : Number.NaN)),
      ),
    );
    files.push({ ...file, ...(await lake.write(featureTable(rows, NAMES), (hash) => hash)) });
  }
  const share = (at: number) => KNOWN.reduce((sum, day) => sum + day[at]!, 0) / 40;
  const completeness = Object.fromEntries(NAMES.map((name, at) => [name, share(at)]));
  // The registry's order is not the calendar's.
  manifest = {
    ...given,
    files: files.reverse(),
    stats: { NSE: { ...given.stats['NSE']!, completeness } },
  };
});

const ask = (used: readonly string[] | null, stretch = 1) =>
  featureCompleteness(counted, { manifest, exchange: 'NSE', used, floor: 0.9, stretch });

describe('how complete a dataset is for a bundle', () => {
  it('is what the manifest says of the features that it uses; nothing is read where that is enough', async () => {
    expect(await ask(['vix'])).toEqual({ completeness: { vix: 1 } });
    expect(read).toEqual([]);
  });
  it('of features below the floor says how they come and go, by date', async () => {
    expect(await ask(['vix', 'skew', 'macro'])).toEqual({
      completeness: { vix: 1, skew: 0.525, macro: 0.75 },
      presence: {
        skew: { newest: 0.4, least_before: 0.4, sessions: 1 },
        macro: { newest: 0, least_before: 1, sessions: 1 },
      },
    });
    expect(read).toEqual(DAYS.map(() => ['skew', 'macro']));
  });
  it('of all features where the bundle does not say', async () =>
    expect(Object.keys((await ask(null)).completeness)).toEqual(NAMES));
  it('counts a feature that the dataset does not have as never there', async () =>
    expect((await ask(['gone'])).completeness).toEqual({ gone: 0 }));
  it('says nothing of how they come and go with too few sessions', async () =>
    expect((await ask(['skew'], 3)).presence).toEqual({}));
});
