// A day of recommendations given again from the lake and the bundle: how many come out with the same leaf hash, and how
// fast beside the live stages that gave them. Arguments: minutes of the session (375), seconds between snapshots (5).
import { lakeSessions } from '../cli/replay/lake-sessions.ts';
import { replayAnswer } from '../functions/score/replay-answer.ts';
import { startEmbeddedCloud } from '../test/contract/embedded-cloud.ts';
import { bringing } from '../test/factories/risk.ts';
import { trackerMarket, trainedCandidate } from '../test/factories/tracker-market.ts';
import { DATE, fastDay, replayWorld } from '../test/functions/score/replay-world.ts';
import { resultLine } from './parts/harness.ts';

const minutes = Number(process.argv[2] ?? 375);
const everySeconds = Number(process.argv[3] ?? 5);
/** Snapshots in one micro-batch. */
const BATCH = 90;

const cloud = await startEmbeddedCloud();
try {
  const world = await replayWorld(cloud);
  world.time.nowMs = Date.UTC(2025, 11, 4, 3);
  const market = trackerMarket();
  await world.goLive(await trainedCandidate(market));
  const day = fastDay(minutes, everySeconds);
  const part = (from: number, to: number) =>
    day.slice(Math.floor(from * day.length), Math.floor(to * day.length));
  const startMs = performance.now();
  const answers = await world.play(part(0, 0.6));
  // Another version from here on, and near the end a while in which the day's losses keep it from trading.
  await world.goLive(await trainedCandidate({ ...market, seed: 8 }));
  answers.push(...(await world.play(part(0.6, 0.8))));
  await world.risk.change('NSE', bringing(DATE, 500, -20_000, -12_000));
  answers.push(...(await world.play(part(0.8, 0.9))));
  await world.risk.change('NSE', bringing(DATE, -1000, 0));
  answers.push(...(await world.play(part(0.9, 1))));
  const liveMs = performance.now() - startMs;
  for (let at = 0; at < day.length; at += BATCH) await world.write(day.slice(at, at + BATCH));
  for (const exchange of ['NSE', 'NSE_MONTHLY'] as const) await world.stages.compact(exchange, DATE);
  await world.stages.feature('NSE', DATE);
  const recorded = await world.store.ofDay('NSE', DATE);
  const againMs = performance.now();
  const replay = replayAnswer({ ...world.replaying(), sessions: lakeSessions(world.ports) });
  const statuses = { identical: 0, different: 0, not_kept: 0 };
  const said: Record<string, number> = {};
  for (const one of recorded) {
    const { status, differences } = await replay(one);
    if (status !== 'identical' && statuses.different === 0) console.error(one.id, differences);
    statuses[status] += 1;
    const what = one.hold_reason ?? one.action;
    said[what] = (said[what] ?? 0) + 1;
  }
  const replayMs = performance.now() - againMs;
  console.log(`${day.length} snapshots, ${answers.length} answers live in ${Math.round(liveMs / 1000)} s`);
  console.log(
    `${recorded.length} given again in ${(replayMs / 1000).toFixed(1)} s: ${JSON.stringify(statuses)}`,
  );
  console.log(
    resultLine({
      bench: 'replay',
      ours: (1000 * recorded.length) / replayMs,
      peer: (1000 * answers.length) / liveMs,
      peer_name: 'the live stages that gave the answers, features and records included',
      peer_source: 'measured',
      unit: 'answers/s',
      target: null,
      better: 'higher',
      answers: recorded.length,
      ...statuses,
      said,
      identical_met: recorded.length > 0 && statuses.identical === recorded.length,
    }),
  );
} finally {
  await cloud.stop();
}
