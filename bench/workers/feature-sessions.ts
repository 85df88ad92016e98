// One thread of the bulk benchmark: holds compacted chains as Parquet and makes their feature files when told to.
import { parentPort, workerData } from 'node:worker_threads';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { computeDay } from '../../shared/domain/features/compute.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../shared/domain/features/window.ts';
import { chainTable, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { countedOf } from '../../shared/domain/lake/compaction.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { sessionOf, stored } from '../parts/market.ts';

const NAMES = featureNames(TRACKER_V2);
const { dates, seed } = workerData as { dates: readonly string[]; seed: number };

interface ChainFile {
  readonly exchange: Exchange;
  readonly date: string;
  readonly bytes: Uint8Array;
}

function chainFile(exchange: Exchange, date: string): ChainFile {
  const snapshots = stored(sessionOf(exchange, date, seed)).map((one) => ({ ...one, revised: false }));
  return { exchange, date, bytes: hyparquetCodec.write(chainTable(snapshots)) };
}

/** Chain file to feature file, as the nightly feature stage does it; how long of that was features alone. */
async function featureDay({
  exchange,
  date,
  bytes,
}: ChainFile): Promise<{ rows: number; computeMs: number }> {
  const snapshots = countedOf(snapshotsOf(await hyparquetCodec.read(bytes)));
  const startMs = performance.now();
  const rows = computeDay(snapshots, TRACKER_V2, windowTerms(date, exchangesRules()[exchange]));
  const computeMs = performance.now() - startMs;
  hyparquetCodec.write(featureTable(rows, NAMES));
  return { rows: rows.length, computeMs };
}

const files = dates.flatMap((date) => EXCHANGES.map((exchange) => chainFile(exchange, date)));
parentPort!.on('message', async () => {
  let rows = 0;
  let computeMs = 0;
  for (const file of files) {
    const day = await featureDay(file);
    rows += day.rows;
    computeMs += day.computeMs;
  }
  parentPort!.postMessage({ sessions: files.length, rows, computeMs });
});
parentPort!.postMessage('ready');
