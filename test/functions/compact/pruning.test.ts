import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { compactChainDay } from '../../../functions/compact/compact-day.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../../shared/adapters/parquet/table-codec.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type DuckdbFile, openDuckdbFile } from '../../contract/duckdb-file.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { aSession, randomOf } from '../../factories/session.ts';

const DATE = '2025-12-04';
const NOON = istMs(DATE, 12 * 60);

let duckdb: DuckdbFile;
beforeAll(async () => {
  duckdb = await openDuckdbFile();
});
afterAll(() => duckdb.close());

/** The compacted file of a whole session that came in no order, as a writer writes it. */
async function compactSession(writer: string): Promise<void> {
  const bucket = memoryObjectStore();
  const ports = {
    registry: memoryBatchRegistry(),
    lake: lakeFiles(bucket, tableCodec(writer)),
    clock: () => 0,
  };
  const random = randomOf(5);
  const session = aSession({ minutes: 300 }).map((snapshot) => ({ snapshot, at: random() }));
  const { failed } = await writeBatches(ports)(
    session.sort((a, b) => a.at - b.at).map(({ snapshot }) => snapshot),
  );
  expect(failed).toEqual([]);
  const { path, snapshots } = await compactChainDay(ports)('NSE', DATE);
  expect(snapshots).toBe(300);
  duckdb.put(await bucket.get(path));
}

describe.each(['hyparquet', 'parquetjs'])('the compacted day of %s', (writer) => {
  beforeAll(() => compactSession(writer));

  it('is sorted by time, strike and side', async () => {
    const misplaced = `SELECT count(*) FROM (SELECT (timestamp, strike, option_type) AS place,
      lag((timestamp, strike, option_type)) OVER (ORDER BY file_row_number) AS previous
      FROM read_parquet($file, file_row_number = true)) WHERE previous > place`;
    expect(await duckdb.query(misplaced)).toEqual([[0]]);
  });

  it('lets a filter on half an hour skip all but two of its eight row groups', async () => {
    const [from, to] = [NOON, NOON + 30 * MINUTE_MS].map(utcIso);
    const touched = `SELECT count(*) FILTER (stats_max_value::TIMESTAMPTZ >= '${from}'
      AND stats_min_value::TIMESTAMPTZ < '${to}'), count(*) FROM parquet_metadata($file)
      WHERE path_in_schema = 'timestamp'`;
    const [[groups, all] = []] = await duckdb.query(touched);
    expect(all).toBe(8);
    expect(groups).toBeLessThanOrEqual(2);
    const answer = `SELECT count(DISTINCT timestamp) FROM $file WHERE timestamp >= '${from}' AND timestamp < '${to}'`;
    expect(await duckdb.query(answer)).toEqual([[30]]);
  });

  it('is ZSTD in every column', async () => {
    expect(await duckdb.query('SELECT DISTINCT compression FROM parquet_metadata($file)')).toEqual([
      ['ZSTD'],
    ]);
  });
});
