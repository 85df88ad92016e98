import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importLegacyFile } from '../../../cli/datasets/import.ts';
import { verifyDataset } from '../../../cli/datasets/verify.ts';
import { readCandidateRows } from '../../../functions/train/read-rows.ts';
import { TRACKER_V2_NAMES } from '../../../shared/domain/features/tracker-v2/names.ts';
import { targetNamed } from '../../../shared/domain/training/targets.ts';
import { type DatasetWorld, type EmbeddedCloud, openWorld, startEmbeddedCloud } from './world.ts';

const NOW = '2025-12-05T10:00:00.000Z';
const MISSING = 'vix';
const folder = mkdtempSync(join(tmpdir(), 'oi-legacy-'));
let cloud: EmbeddedCloud;
let world: DatasetWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await openWorld(cloud);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cloud.stop();
});

/** An export of one batch: ten minutes on each of two days, without the column of one feature. */
function anExport(changes: { id?: string; target?: string; skip?: number } = {}): string {
  const names = TRACKER_V2_NAMES.filter((name) => name !== MISSING);
  const head = [
    'batch_id',
    'exchange',
    'timestamp',
    'created_at',
    'label',
    'underlying_price',
    'note',
    ...names,
  ];
  const lines = ['2025-11-04', '2025-11-03'].flatMap((date) =>
    Array.from({ length: 10 }, (_, at) => {
      const target = at === 9 ? '' : (changes.target ?? String((at % 3) - 1));
      const values = names.map((_name, column) => (column === 0 && at === 0 ? '' : String(at + column / 8)));
      const time = `${date} 10:${10 + at}:00`;
      return [
        changes.id ?? '7',
        'NSE',
        time,
        '2025-11-04 16:10:00',
        target,
        25_000 + at,
        'x',
        ...values,
      ].join(',');
    }),
  );
  const path = join(folder, `${Math.abs(JSON.stringify(changes).length)}-batches.csv`);
  writeFileSync(path, [head.join(','), ...lines.slice(changes.skip ?? 0)].join('\n'));
  return path;
}
const importFile = (path: string) => importLegacyFile(world.store, path, NOW);

describe('importLegacyFile', () => {
  it('makes a legacy version of a batch, proven by hash, with its statistics', async () => {
    const [imported] = await importFile(anExport());
    expect(imported).toMatchObject({
      version: 'legacy-7',
      exchanges: ['NSE'],
      rows: 20,
      days: 2,
      created: true,
    });
    const manifest = await world.store.datasets.version('legacy-7');
    expect(manifest).toMatchObject({
      legacy: true,
      origin: 'tracker',
      window: { from: '2025-11-03', to: '2025-11-04' },
      knowledge_cutoff: '2025-11-04T10:40:00.000Z',
      created_at: NOW,
    });
    const stats = manifest.stats['NSE']!;
    expect(stats.label_balance).toEqual({ sell: 6, hold: 6, buy: 6, unlabelled: 2 });
    expect(stats.completeness[MISSING]).toBe(0);
    expect(stats.completeness[TRACKER_V2_NAMES[0]!]).toBe(0.9);
    expect((await verifyDataset(world.store.bucket, manifest)).problems).toEqual([]);
    expect(await world.store.datasets.versions(9)).toEqual([]);
  });

  it('can be learnt from where that is allowed: the rows come as any others', async () => {
    await importFile(anExport());
    const manifest = await world.store.datasets.version('legacy-7');
    const rows = await readCandidateRows(
      world.store.lake,
      manifest,
      'NSE',
      TRACKER_V2_NAMES,
      [],
      targetNamed('tb15'),
    );
    expect(rows.sessions[0]).toBe('2025-11-03');
    expect([...rows.targets.slice(0, 4)]).toEqual([-1, 0, 1, -1]);
    expect([...rows.labelSpanMinutes.slice(8, 10)]).toEqual([15, 0]);
    expect(rows.features[TRACKER_V2_NAMES.indexOf(MISSING)]).toBeNaN();
  });

  it('imports a batch once, and no other rows under its name', async () => {
    const [first] = await importFile(anExport());
    expect(await importFile(anExport())).toEqual([{ ...first, created: false }]);
    await expect(importFile(anExport({ target: '1' }))).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'batch_id',
    });
    expect((await world.store.datasets.version('legacy-7')).content_hash).toBe(first!.content_hash);
  });

  it('names file, line and field of a row that cannot be read, and a file without rows', async () => {
    await expect(importFile(anExport({ target: '5' }))).rejects.toThrow(
      /batches\.csv:2: target: expected -1, 0, 1/,
    );
    await expect(importFile(anExport({ skip: 20 }))).rejects.toThrow(/expected training rows, was none/);
    const path = join(folder, 'other.csv');
    writeFileSync(path, 'batch_id,timestamp\n1,2025-11-03 10:00:00\n');
    await expect(importFile(path)).rejects.toThrow(
      /columns of training_batches, was a header without exchange/,
    );
  });
});
