// Features: one live vector of each set, and a year in bulk.
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { exchangesRules } from '../shared/config/exchanges.ts';
import { CHAIN_V3 } from '../shared/domain/features/chain-v3/chain-v3.ts';
import { computeNow } from '../shared/domain/features/compute.ts';
import type { FeatureSet } from '../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../shared/domain/features/tracker-v2/tracker-v2.ts';
import { timelineOf, type WindowContext, windowOf, windowTerms } from '../shared/domain/features/window.ts';
import type { StoredSnapshot } from '../shared/domain/market/snapshot.ts';
import { median, percentile, resultLine, timed } from './parts/harness.ts';
import { onLadder, PRIOR_DAYS, sessionOf, stored } from './parts/market.ts';
import { TRACKER_VECTOR_US } from './peers/tracker.ts';

const DATE = '2026-01-06';
const SEED = 7;
const TARGET_US = 40;
const YEAR_TARGET_S = 60;
const YEAR_SESSIONS = 250 * 4;
const WARM_UP_PASSES = 20;
const PASSES = 8;
const THREAD_DATES = [
  ['2026-01-06', '2026-01-07', '2026-01-08'],
  ['2026-01-09', '2026-01-12', '2026-01-13'],
];

interface Share {
  readonly sessions: number;
  readonly rows: number;
  readonly computeMs: number;
}

/** What a set reads beside its own chain, for one vector. */
function contextOf({ needs }: FeatureSet): WindowContext {
  const timeline = (exchange: (typeof needs.siblings.NSE)[number]) =>
    timelineOf(stored(sessionOf(exchange, DATE, SEED)));
  const siblings = Object.fromEntries(needs.siblings.NSE.map((other) => [other, timeline(other)]));
  return { siblings, priorDays: needs.priorDays ? PRIOR_DAYS : [] };
}

/** Snapshots that nothing has seen before, as they come out of the online window: nothing is remembered of them. */
function unseen(history: readonly StoredSnapshot[]): StoredSnapshot[] {
  return history.map((snapshot) => ({ ...snapshot, legs: [...snapshot.legs] }));
}

/** Microseconds a call, one sample for each call, over every full window of a session, on snapshots never seen. */
async function liveVector(set: FeatureSet) {
  const rules = exchangesRules().NSE;
  const terms = windowTerms(DATE, rules);
  const context = contextOf(set);
  const session = onLadder(stored(sessionOf('NSE', DATE, SEED)), DATE, rules);
  const histories = session
    .slice(set.windowMinutes - 1)
    .map((_, start) => session.slice(start, start + set.windowMinutes));
  const row = (history: readonly StoredSnapshot[]) => computeNow(history, set, terms, context);
  // On snapshots never seen, too: what is warm is what is measured.
  for (let pass = 0; pass < WARM_UP_PASSES; pass += 1) histories.map(unseen).forEach(row);
  const vectorMs: number[] = [];
  const rowMs: number[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const windows = histories.map((history) => windowOf(unseen(history), terms, set.windowMinutes, context));
    const repeat = { warmUp: 0, runs: histories.length };
    vectorMs.push(...(await timed(repeat, (round) => set.compute(windows[round]!))));
    const fresh = histories.map(unseen);
    rowMs.push(...(await timed(repeat, (round) => row(fresh[round]!))));
  }
  return { legs: session[0]!.legs.length, minutes: set.windowMinutes, vectorMs, rowMs };
}

/** Seconds for a year's sessions from what two threads need for theirs: chain Parquet to feature Parquet. */
async function yearInBulk({ id }: FeatureSet) {
  const script = join(import.meta.dirname, 'workers', 'feature-sessions.ts');
  const threads = THREAD_DATES.map(
    (dates) => new Worker(script, { workerData: { dates, seed: SEED, setId: id } }),
  );
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

const us = (values: readonly number[], share: number) => 1000 * percentile(values, share);

async function measured(set: FeatureSet) {
  const live = await liveVector(set);
  console.log(
    `${set.id}: one vector ${us(live.vectorMs, 0.5).toFixed(1)} us (p50) over ${live.legs} legs and ${live.minutes} minutes`,
  );
  const year = await yearInBulk(set);
  console.log(`${set.id}: a year in bulk ${year.year_s.toFixed(1)} s`);
  return { live, year };
}

const tracker = await measured(TRACKER_V2);
const chain = await measured(CHAIN_V3);
console.log(
  resultLine({
    bench: 'features',
    ours: us(tracker.live.vectorMs, 0.5),
    peer: TRACKER_VECTOR_US,
    peer_source: 'recorded',
    unit: 'us',
    target: TARGET_US,
    better: 'lower',
    p99_us: us(tracker.live.vectorMs, 0.99),
    row_us: us(tracker.live.rowMs, 0.5),
    legs: tracker.live.legs,
    minutes: tracker.live.minutes,
    ...tracker.year,
    chain_v3_us: us(chain.live.vectorMs, 0.5),
    chain_v3_p99_us: us(chain.live.vectorMs, 0.99),
    chain_v3_row_us: us(chain.live.rowMs, 0.5),
    chain_v3_year_s: chain.year.year_s,
    chain_v3_year_cpu_s: chain.year.year_cpu_s,
    chain_v3_year_features_only_s: chain.year.year_features_only_s,
    cores: availableParallelism(),
    load_1m: loadavg()[0],
  }),
);
