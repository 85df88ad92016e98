import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionOf, stored } from '../../../bench/parts/market.ts';
import { memoryOverRows, microBatchMs, writeDurably } from '../../../bench/peers/parquet-writer.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { rawTable } from '../../../shared/domain/lake/chain-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'oi-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the writer alone', () => {
  const session = stored(sessionOf('NSE', '2026-01-06', 7));

  it('writes the same table that the batch stage writes', async () => {
    const path = join(folder, 'few.parquet');
    writeDurably(path, session.slice(0, 3));
    expect(await hyparquetCodec.read(readFileSync(path))).toEqual(rawTable(session.slice(0, 3)));
  });

  it('measures a file of exactly 5,000 rows', async () => {
    const { rows, ms } = await microBatchMs(folder, session, { warmUp: 0, runs: 1 });
    const file = await hyparquetCodec.read(readFileSync(join(folder, 'micro-batch.parquet')), ['symbol']);
    expect(file.rows).toBe(rows);
    expect(rows).toBe(5000);
    expect(ms).toBeGreaterThan(0);
  });

  it('measures what is alive after each quarter of the rows, in whole batches', () => {
    const { rows, samples, growthMb, peakRssMb } = memoryOverRows(folder, session, 38_000);
    expect(rows).toBe(40_000);
    expect(samples.map((sample) => sample.rows)).toEqual([10_000, 20_000, 30_000, 40_000]);
    const alive = samples.map((sample) => sample.aliveMb);
    expect(Math.min(...alive)).toBeGreaterThan(0);
    expect(growthMb).toBe(Math.max(...alive) - alive[0]!);
    expect(peakRssMb).toBeGreaterThan(0);
  });

  it('refuses a session with too few legs for a micro-batch', async () => {
    await expect(microBatchMs(folder, session.slice(0, 3))).rejects.toThrow(
      'rows: expected at least 5000, was 78',
    );
  });
});
