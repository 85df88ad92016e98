// Features: one live vector, and a year in bulk.
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { exchangesRules } from '../shared/config/exchanges.ts';
import { computeNow } from '../shared/domain/features/compute.ts';
import { TRACKER_V2 } from '../shared/domain/features/tracker-v2/tracker-v2.ts';
import { WINDOW_MINUTES, windowOf, windowTerms } from '../shared/domain/features/window.ts';
import { median, percentile, resultLine, timed } from './parts/harness.ts';
import { onLadder, sessionOf, stored } from './parts/market.ts';
import { TRACKER_VECTOR_US } from './peers/tracker.ts';

const DATE = '2026-01-06';
const SEED = 7;
const TARGET_US = 40;
const YEAR_TARGET_S = 60;
const YEAR_SESSIONS = 250 * 4;
const THREAD_DATES = [
  ['2026-01-06', '2026-01-07', '2026-01-08'],
  ['2026-01-09', '2026-01-12', '2026-01-13'],
];

interface Share {
  readonly sessions: number;
  readonly rows: number;
  readonly computeMs: number;
}

/** Microseconds a call, one sample for each call, over every full window of a session. */
async function liveVector() {
  const rules = exchangesRules().NSE;
  const terms = windowTerms(DATE, rules);
  const session = onLadder(stored(sessionOf('NSE', DATE, SEED)), DATE, rules);
  const histories = session
    .slice(WINDOW_MINUTES - 1)
    .map((_, start) => session.slice(start, start + WINDOW_MINUTES));
  const windows = histories.map((history) => windowOf(history, terms));
  const repeat = { warmUp: 20 * windows.length, runs: 100 * windows.length };
  const at = (round: number) => round % windows.length;
  return {
    legs: session[0]!.legs.length,
    vectorMs: await timed(repeat, (round) => TRACKER_V2.compute(windows[at(round)]!)),
    rowMs: await timed(repeat, (round) => computeNow(histories[at(round)]!, TRACKER_V2, terms)),
  };
}

/** Seconds for a year's sessions from what two threads need for theirs: chain Parquet to feature Parquet. */
async function yearInBulk() {
  const script = join(import.meta.dirname, 'workers', 'feature-sessions.ts');
  const threads = THREAD_DATES.map((dates) => new Worker(script, { workerData: { dates, seed: SEED } }));
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  let shares: Share[] = [];
  const repeat = { warmUp: 2, runs: 5 };
  const cpuBefore = process.cpuUsage();
  const wallMs = await timed(repeat, async () => {
    const answers = threads.map((thread) => once(thread, 'message'));
    for (const thread of threads) thread.postMessage('go');
    shares = (await Promise.all(answers)).map(([share]) => share as Share);
  });
  const cpu = process.cpuUsage(cpuBefore);
  await Promise.all(threads.map((thread) => thread.terminate()));
  const sessions = shares.reduce((sum, share) => sum + share.sessions, 0);
  const computeMs = Math.max(...shares.map((share) => share.computeMs));
  const perYear = YEAR_SESSIONS / sessions / 1000;
  const cpuMs = (cpu.user + cpu.system) / 1000 / (repeat.warmUp + repeat.runs);
  return {
    year_s: median(wallMs) * perYear,
    /** What two idle cores would need: processor time, warm-up rounds and all threads included. */
    year_cpu_s: (cpuMs / threads.length) * perYear,
    year_features_only_s: computeMs * perYear,
    year_target_s: YEAR_TARGET_S,
    year_met: median(wallMs) * perYear <= YEAR_TARGET_S,
    year_basis: `extrapolated to 250 days x 4 exchanges of 375 minutes from ${sessions} simulated sessions, read from and written to Parquet on ${threads.length} threads`,
    year_rows: shares.reduce((sum, share) => sum + share.rows, 0) * (YEAR_SESSIONS / sessions),
  };
}

const live = await liveVector();
const us = (values: readonly number[], share: number) => 1000 * percentile(values, share);
console.log(`one vector: p50 ${us(live.vectorMs, 0.5).toFixed(1)} us over ${live.legs} legs`);
const year = await yearInBulk();
console.log(`a year in bulk: ${year.year_s.toFixed(1)} s`);
console.log(
  resultLine({
    bench: 'features',
    ours: us(live.vectorMs, 0.5),
    peer: TRACKER_VECTOR_US,
    peer_source: 'recorded',
    unit: 'us',
    target: TARGET_US,
    better: 'lower',
    p99_us: us(live.vectorMs, 0.99),
    row_us: us(live.rowMs, 0.5),
    legs: live.legs,
    minutes: WINDOW_MINUTES,
    ...year,
    cores: availableParallelism(),
    load_1m: loadavg()[0],
  }),
);
