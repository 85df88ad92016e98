// Requests of every kind against the local HTTP API: valid, mutated, random, badly signed, replayed.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trackerMarket, trainedCandidate } from '../test/factories/tracker-market.ts';
import { cloudGrowth, workerGrowth } from './parts/fuzz/memory.ts';
import { type Failure, type FuzzReport, runFuzz } from './parts/fuzz/run.ts';
import { resultLine } from './parts/harness.ts';
import { openScoreCloud } from './parts/score-cloud.ts';

/**
 * The target is no fault: nothing refused that is right, nothing taken that is wrong, no 5xx, no hang (of ten seconds),
 * no memory that grows, and nothing kept but what was taken. `ours` is the number of faults.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    /** After so many minutes no more are sent. */
    minutes: { type: 'string', default: '240' },
    /** An answer that takes longer is a hang; longer where the machine has other work as well. */
    hang: { type: 'string', default: '10' },
  },
});
/** Throttling has its tests; here it would keep most requests from what they are to find. */
const UNLIMITED = { requestRate: '100000000' };
/**
 * A process may hold so much more at the end, after a collection, than after the first quarter: what leaks a fifth of a
 * kilobyte a request is above this after 100,000. Resident memory is told beside it, and is no measure: V8 keeps what it
 * once needed.
 */
const MORE_HELD_MB = 16;

/** Told as they come, so many of them. */
const SHOWN = 30;

function inWords({ kind, why, again }: Failure): string {
  return `\n${kind}: ${why}\n  again: seed ${again.seed}, path ${again.path}\n  smallest: ${again.smallest}`;
}

function show({ kinds, differences, leaks }: FuzzReport): void {
  for (const [kind, statuses] of Object.entries(kinds).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    console.log(`${kind.padEnd(28)} ${counts.join('  ')}`);
  }
  for (const line of [...differences.slice(0, 20), ...leaks]) console.log(line);
}

async function main(folder: string): Promise<void> {
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  const candidate = await trainedCandidate(trackerMarket());
  const { process: cloud, directory, nowMs } = await openScoreCloud(folder, candidate, UNLIMITED);
  try {
    const startMs = performance.now();
    let [told, shown] = [0, 0];
    const report = await runFuzz({
      ...{ cloud, directory, nowMs, requests, seed, withinMs: Number(values.minutes) * 60_000 },
      hangMs: Number(values.hang) * 1000,
      measuresHeld: true,
      onProgress: (done, failures) => {
        for (; shown < Math.min(failures.length, SHOWN); shown++) console.error(inWords(failures[shown]!));
        if (done - told < 1000 && done < requests) return;
        told = done;
        const rate = done / ((performance.now() - startMs) / 1000);
        console.error(`${done} of ${requests}, ${rate.toFixed(0)} a second, ${failures.length} faults`);
      },
    });
    show(report);
    const [grownCloud, grownWorker] = [cloudGrowth(report.memory), workerGrowth(report.memory)];
    const statuses = Object.values(report.kinds).flatMap((one) => Object.entries(one));
    const serverErrors = statuses
      .filter(([status]) => status >= '500')
      .reduce((sum, [, count]) => sum + count, 0);
    console.log(
      resultLine({
        bench: 'fuzz',
        ours: report.failures.length + report.differences.length + report.leaks.length,
        peer: 0,
        peer_source: 'recorded',
        unit: 'faults',
        target: 0,
        better: 'lower',
        requests: report.sent,
        seed,
        answers_5xx_or_none: serverErrors,
        worst_ms: report.worstMs,
        hang_s: Number(values.hang),
        replayed_in_time: report.replays.inTime,
        replayed_late: report.replays.late,
        snapshots_kept: report.kept.snapshots,
        records_kept: report.kept.records,
        cloud_mb: grownCloud?.meanMb,
        cloud_growth_mb: grownCloud?.growthMb,
        worker_mb: grownWorker?.meanMb,
        worker_growth_mb: grownWorker?.growthMb,
        seconds: (performance.now() - startMs) / 1000,
        load_1m: loadavg()[0],
        most_grown_holds_mb: report.retained?.heldMb,
        most_grown_by_mb: report.retained?.growthMb,
        memory_met: (report.retained?.growthMb ?? Number.POSITIVE_INFINITY) <= MORE_HELD_MB,
      }),
    );
    if (report.failures.length + report.differences.length + report.leaks.length > 0) process.exitCode = 1;
  } finally {
    await cloud.end();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'oi-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
