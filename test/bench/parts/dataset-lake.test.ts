import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DATASET_DATE, datasetLake, LAKE_CONTENTS, SESSION_ROWS } from '../../../bench/parts/dataset-lake.ts';
import { folderStore } from '../../../bench/parts/folder-store.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { dayColumns, featureFileColumns, NO_TARGET } from '../../../shared/domain/datasets/day-columns.ts';
import { TRACKER_V2_NAMES } from '../../../shared/domain/features/tracker-v2/names.ts';

const folder = mkdtempSync(join(tmpdir(), 'oi-dataset-lake-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('datasetLake', () => {
  it('has a feature and a label file for each exchange and weekday, which join row by row', async () => {
    const rows = await datasetLake(folder, 2);
    expect(rows).toHaveLength(2 * 4 * 2);
    expect([...new Set(rows.map(({ date }) => date))]).toEqual(['2025-12-30', DATASET_DATE]);
    const lake = lakeFiles(folderStore(folder), hyparquetCodec);
    const [features, labels] = rows as [(typeof rows)[number], (typeof rows)[number]];
    const tables = [
      await lake.read(features, featureFileColumns(TRACKER_V2_NAMES)),
      await lake.read(labels),
    ] as const;
    const day = dayColumns(features.date, ...tables, TRACKER_V2_NAMES);
    expect(day.rows).toBe(SESSION_ROWS);
    expect([...day.targets].filter((target) => target === NO_TARGET)).toHaveLength(15);
  });

  it('is written once', async () => {
    const first = await datasetLake(folder, 2);
    const written = statSync(join(folder, LAKE_CONTENTS)).mtimeMs;
    expect(await datasetLake(folder, 2)).toEqual(first);
    expect(statSync(join(folder, LAKE_CONTENTS)).mtimeMs).toBe(written);
  });
});
