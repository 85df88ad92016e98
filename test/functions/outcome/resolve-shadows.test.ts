import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveShadows } from '../../../functions/outcome/resolve-shadows.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoShadowStore } from '../../../shared/adapters/dynamodb/shadow-store.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { resolveOutcome } from '../../../shared/domain/outcomes/resolve-outcome.ts';
import type { Action } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aChallenger, aShadowAnswer, CHALLENGER, LIVE } from '../../factories/shadow.ts';
import { snapshotAt } from './outcome-bench.ts';

const DATE = '2025-12-04';
const AT = istMs(DATE, 12 * 60 + 35);
const AFTER_CLOSE = istMs(DATE, 15 * 60 + 45);

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

async function openBench() {
  const recommendations = dynamoRecommendationStore(cloud.dynamodb, await cloud.table());
  const shadows = dynamoShadowStore(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const state = { nowMs: AT + 20 * MINUTE_MS };
  await shadows.change(aChallenger());
  const resolve = resolveShadows({
    ...{ shadows, recommendations, window, target: 'tb15', flatBand: 0.0003, rules: exchangesRules() },
    quality: qualityPolicy(),
    registry: dynamoBatchRegistry(cloud.dynamodb, await cloud.table()),
    lake: lakeFiles(s3ObjectStore(cloud.s3, cloud.bucket()), hyparquetCodec),
    clock: () => state.nowMs,
  });
  return Object.assign(state, {
    ...{ recommendations, shadows, resolve },
    kept: () => shadows.answersOfDay('NSE', 'tb15', CHALLENGER, DATE),
    sessions: () => shadows.sessions('NSE', 'tb15', CHALLENGER),
    async price(minute: number, underlying_price: number) {
      await window.putMinute(snapshotAt(minute, underlying_price), AT + 86_400_000);
    },
    /** A live answer of a minute, and the challenger's beside it: null for a fault, undefined for none. */
    async answer(minute: number, live: Action, challenger: Action | null | undefined, model_version = LIVE) {
      const said = { timestamp: utcIso(AT + minute * MINUTE_MS), action: live, model_version };
      await recommendations.add(aRecommendation(said));
      if (challenger === undefined) return;
      const fault = challenger === null ? { fault: 'threw' } : {};
      await shadows.addAnswer(aShadowAnswer(challenger, said, fault));
    },
  });
}

describe("what became of a challenger's answer", () => {
  it('is known at the horizon, by the rule of the live ones', async () => {
    await bench.answer(0, 'HOLD', 'SELL');
    await bench.price(0, 26_000);
    bench.nowMs = AT + 5 * MINUTE_MS;
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 0 });
    expect((await bench.kept())[0]?.outcome).toBeNull();
    await bench.price(15, 25_740);
    bench.nowMs = AT + 20 * MINUTE_MS;
    expect(await bench.resolve()).toEqual({ resolved: 1, sessions: 0 });
    const [{ answer, outcome } = { answer: null, outcome: null }] = await bench.kept();
    const { id, exchange, timestamp } = answer!.live;
    expect(outcome).toEqual(
      resolveOutcome({
        recommendation: { id, exchange, timestamp, action: 'SELL', model_version: CHALLENGER },
        prices: new Map([
          [AT, 26_000],
          [AT + 15 * MINUTE_MS, 25_740],
        ]),
        ...{ horizonMinutes: 15, sessionCloseMs: istMs(DATE, 930), nowMs: bench.nowMs, flatBand: 0.0003 },
        ...{ trade: null, tradePnlRupees: null },
      }),
    );
    expect(outcome).toMatchObject({ realised_direction: -1, correct: true });
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 0 });
  });

  it('leaves everything live as it was: no outcome of it, no risk, nothing open', async () => {
    await bench.answer(0, 'BUY', 'SELL');
    for (const [minute, price] of [
      [0, 26_000],
      [15, 26_260],
    ] as const)
      await bench.price(minute, price);
    const before = await bench.recommendations.ofDay('NSE', DATE);
    bench.nowMs = AFTER_CLOSE;
    expect(await bench.resolve()).toEqual({ resolved: 1, sessions: 1 });
    expect(await bench.recommendations.ofDay('NSE', DATE)).toEqual(before);
    expect(await bench.recommendations.outcomesOfDay('NSE', DATE)).toEqual([]);
  });
});

describe('a session', () => {
  beforeEach(async () => {
    for (let minute = 0; minute <= 60; minute++) await bench.price(minute, 26_000 + 26 * minute);
  });

  it('is judged once, a quarter of an hour after the close', async () => {
    await bench.answer(0, 'BUY', 'BUY');
    await bench.answer(1, 'SELL', 'BUY');
    await bench.answer(2, 'BUY', null);
    await bench.answer(3, 'BUY', undefined);
    bench.nowMs = AFTER_CLOSE - 1;
    expect(await bench.resolve()).toEqual({ resolved: 2, sessions: 0 });
    bench.nowMs = AFTER_CLOSE;
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 1 });
    const [session] = await bench.sessions();
    expect(session).toMatchObject({
      ...{ date: DATE, live_version: LIVE, asked: 4, answered: 2, faults: 1, moments: 2, agreed: 1 },
      ...{ acted: 2, correct: 2, live_acted: 2, live_correct: 1, judged_at: utcIso(AFTER_CLOSE) },
    });
    const rise = (26_000 + 26 * 16) / (26_000 + 26) - 1;
    expect(session?.mean_difference_bps).toBeCloseTo((2 * rise * 10_000) / 2, 9);
    await bench.answer(4, 'SELL', 'BUY');
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 0 });
  });

  it('has a row for each live version, when it was switched on the way', async () => {
    await bench.answer(0, 'BUY', 'BUY');
    await bench.answer(1, 'BUY', 'HOLD', 'next');
    bench.nowMs = AFTER_CLOSE;
    expect((await bench.resolve()).sessions).toBe(2);
    const found = (await bench.sessions()).map(({ live_version, moments }) => [live_version, moments]);
    expect(found).toEqual([
      [LIVE, 1],
      ['next', 1],
    ]);
  });

  it('asks only for what was answered while the challenger was set, and is judged after a stop', async () => {
    await bench.answer(0, 'BUY', 'BUY');
    const stopped_at = utcIso(AT + MINUTE_MS);
    await bench.shadows.change(aChallenger({ stopped_at, revision: 2 }));
    await bench.answer(1, 'BUY', undefined);
    bench.nowMs = AFTER_CLOSE + 2 * 86_400_000;
    expect(await bench.resolve()).toEqual({ resolved: 1, sessions: 1 });
    expect((await bench.sessions())[0]).toMatchObject({ asked: 1, answered: 1 });
  });

  it('of days without trading, or long ago, is none', async () => {
    bench.nowMs = istMs('2025-12-07', 17 * 60);
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 0 });
    await bench.answer(0, 'BUY', 'BUY');
    bench.nowMs = AFTER_CLOSE + 7 * 86_400_000;
    expect(await bench.resolve()).toEqual({ resolved: 0, sessions: 0 });
  });
});
