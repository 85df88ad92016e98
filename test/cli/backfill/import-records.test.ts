import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importRecords } from '../../../cli/backfill/import-records.ts';
import { loadSupplements } from '../../../cli/backfill/load-supplements.ts';
import type { RecordTable } from '../../../cli/backfill/plan.ts';
import { openOutput } from '../../../cli/output.ts';
import { featureRowsOf } from '../../../shared/domain/features/feature-table.ts';
import { IMPORTED_SET_ID } from '../../../shared/domain/features/import-ml-features.ts';
import { AT, TRACKER_V2_NAMES } from '../../../shared/domain/features/tracker-v2/names.ts';
import { column } from '../../../shared/domain/lake/column-table.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSnapshot } from '../../factories/snapshot.ts';
import { openPorts, type Ports } from '../../functions/pipeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'records-'));
let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

const shown = new PassThrough();
const output = openOutput(
  false,
  shown as unknown as typeof process.stdout,
  new PassThrough() as unknown as typeof process.stderr,
);

function fileOf(lines: readonly string[]): string {
  const path = join(folder, 'file.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const imported = (table: RecordTable, lines: readonly string[]) =>
  importRecords(ports, { file: fileOf(lines), key: 'k', table }, output);

const HEADER = 'timestamp,exchange,pcr_total_oi,vix';
const dayRow = () => ports.registry.dayFile('features', IMPORTED_SET_ID, 'NSE', '2025-12-04');
const stored = async () => featureRowsOf(await ports.lake.read((await dayRow())!), TRACKER_V2_NAMES);

describe('features that the tracker has stored', () => {
  it('are a set of their own, by day, and stay as they are when they come again', async () => {
    const lines = [
      HEADER,
      '2025-12-04 12:36:00,NSE,1.5,11',
      '2025-12-04 12:35:00,NSE,1.4,',
      '2025-12-05 12:35:00,NSE,1.6,11',
      '2025-12-04 12:35:00,MCX,1,1',
    ];
    const report = await imported('ml_features', lines);
    expect(report).toMatchObject({ rows: 4, used: 3, paths: [expect.any(String), expect.any(String)] });
    expect(String(shown.read())).toContain('1 rows skipped: an exchange that is none of ours');
    const rows = await stored();
    expect(rows.map(({ values }) => [values[AT.pcr_total_oi], values[AT.vix]])).toEqual([
      [1.4, Number.NaN],
      [1.5, 11],
    ]);
    expect(rows[0]).toMatchObject({ feature_set: IMPORTED_SET_ID, quality_flags: ['imported'] });
    expect((await imported('ml_features', lines)).paths).toEqual(report.paths);
    expect(await dayRow()).toMatchObject({ revision: 1, rows: 2, source_sha256: null });
    expect(await ports.registry.dayFile('features', 'tracker-v2', 'NSE', '2025-12-04')).toBeUndefined();
  });

  it('of a day are completed by a later export', async () => {
    await imported('ml_features', [
      HEADER,
      '2025-12-04 12:35:00,NSE,1.4,10',
      '2025-12-04 12:36:00,NSE,1.5,11',
    ]);
    await imported('ml_features', [
      HEADER,
      '2025-12-04 12:36:00,NSE,1.55,11',
      '2025-12-04 12:37:00,NSE,1.7,12',
    ]);
    expect((await stored()).map(({ values }) => values[AT.pcr_total_oi])).toEqual([1.4, 1.55, 1.7]);
    expect(await dayRow()).toMatchObject({ revision: 2, rows: 3 });
  });
});

describe('what the old system said and did', () => {
  const readBack = async (path: string) =>
    ports.lake.read({ path, sha256: contentHash(await ports.bucket.get(path)) });

  it('is kept apart from ours, its whole record with it', async () => {
    const line =
      '{"timestamp": "2025-12-04 12:35:00", "exchange": "NSE", "signal": "SELL", "confidence": 0.7, "why": "x"}';
    const { paths } = await imported('recommendation_log', [line]);
    expect(paths).toEqual([
      expect.stringMatching(/^imported\/kind=recommendations\/exchange=NSE\/date=2025-12-04\/.+\.parquet$/),
    ]);
    const table = await readBack(paths[0]!);
    expect([column(table, 'action'), column(table, 'confidence')]).toEqual([['SELL'], [0.7]]);
    expect(JSON.parse(String(column(table, 'record')[0]))).toMatchObject({ why: 'x' });
    expect((await imported('recommendation_log', [line])).paths).toEqual(paths);
  });

  it('comes from the metrics of its paper trader too', async () => {
    const { paths, used } = await imported('paper_trading_metrics', [
      'timestamp,exchange,executed,reason,signal,pnl',
      '2025-12-04 12:35:00,BSE,t,edge,BUY,-40',
    ]);
    expect([used, paths[0]]).toEqual([1, expect.stringContaining('kind=paper_trading_metrics/exchange=BSE')]);
    const table = await readBack(paths[0]!);
    expect([column(table, 'executed'), column(table, 'pnl')]).toEqual([[true], [-40]]);
  });
});

describe('tables that complete snapshots', () => {
  it('are read together, and say what became of their rows', async () => {
    const symbol = aSnapshot().legs[0]!.symbol;
    const files = [
      ['macro_signals', ['timestamp,crude_trend', '2025-12-04 12:00:00,0.5', '2025-12-04 12:01:00,']],
      ['vix_term_structure', ['timestamp,contango_pct', '2025-12-04 12:00:00,2.5']],
      [
        'order_book_depth_snapshots',
        ['timestamp,symbol,side,level,price,quantity', `2025-12-04 12:35:00,${symbol},buy,1,100,75`],
      ],
    ] as const;
    const supplements = files.map(([table, lines], index) => {
      const file = join(folder, `${index}.csv`);
      writeFileSync(file, lines.join('\n'));
      return { file, key: String(index), table };
    });
    const { all } = await loadSupplements({ supplements }, output);
    expect(String(shown.read())).toContain('1 rows skipped: no value in any of the columns that are read');
    const { macro, legs } = all.apply(aSnapshot({ macro: null }));
    expect(macro).toMatchObject({
      crude_trend: { value: 0.5, source: 'tracker macro_signals' },
      vix_contango_pct: { value: 2.5, source: 'tracker vix_term_structure' },
    });
    expect(legs[0]!.depth).toEqual({ buy: [{ price: 100, quantity: 75 }], sell: [] });
  });
});
