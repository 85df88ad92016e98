// One thread of the bulk benchmark: holds compacted chains as Parquet and makes their feature files when told to.
import { parentPort, workerData } from 'node:worker_threads';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { computeDay } from '../../shared/domain/features/compute.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { withQuality } from '../../shared/domain/features/row-quality.ts';
import { type Timeline, timelineOf, windowTerms } from '../../shared/domain/features/window.ts';
import { chainTable, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { countedOf } from '../../shared/domain/lake/compaction.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { PRIOR_DAYS, sessionOf, stored } from '../parts/market.ts';

const { dates, seed, setId } = workerData as { dates: readonly string[]; seed: number; setId: string };
const SET = featureSetById(setId);
const NAMES = featureNames(SET);

interface ChainFile {
  readonly exchange: Exchange;
  readonly date: string;
  readonly bytes: Uint8Array;
}

function chainFile(exchange: Exchange, date: string): ChainFile {
  const snapshots = stored(sessionOf(exchange, date, seed)).map((one) => ({ ...one, revised: false }));
  return { exchange, date, bytes: hyparquetCodec.write(chainTable(snapshots)) };
}

/** The chain files of a day to feature files, as the nightly feature stage does it; how long of that was features alone. */
async function featureDay(date: string): Promise<{ rows: number; computeMs: number }> {
  const timelines = new Map<Exchange, Timeline>();
  for (const { exchange, bytes } of files.filter((file) => file.date === date)) {
    timelines.set(exchange, timelineOf(countedOf(snapshotsOf(await hyparquetCodec.read(bytes)))));
  }
  const day = { rows: 0, computeMs: 0 };
  for (const [exchange, { snapshots }] of timelines) {
    const others = SET.needs.siblings[exchange].map((other) => [other, timelines.get(other)!]);
    const context = {
      siblings: Object.fromEntries(others),
      priorDays: SET.needs.priorDays ? PRIOR_DAYS : [],
    };
    const startMs = performance.now();
    const rules = exchangesRules()[exchange];
    const rows = computeDay(snapshots, SET, windowTerms(date, rules), context);
    day.computeMs += performance.now() - startMs;
    day.rows += rows.length;
    const judged = withQuality(rows, snapshots, {
      terms: qualityTerms(date, rules),
      policy: qualityPolicy(),
    });
    hyparquetCodec.write(featureTable(judged, NAMES));
  }
  return day;
}

const files = dates.flatMap((date) => EXCHANGES.map((exchange) => chainFile(exchange, date)));
parentPort!.on('message', async () => {
  let rows = 0;
  let computeMs = 0;
  for (const date of dates) {
    const day = await featureDay(date);
    rows += day.rows;
    computeMs += day.computeMs;
  }
  parentPort!.postMessage({ sessions: files.length, rows, computeMs });
});
parentPort!.postMessage('ready');
