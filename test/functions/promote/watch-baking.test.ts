import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchBaking } from '../../../functions/promote/watch-baking.ts';
import { dynamoAlertStore } from '../../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { promotionPolicy } from '../../../shared/config/promotion.ts';
import { checksOf, observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { planPromotion } from '../../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../../shared/domain/promotion/plan-rollback.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { anAlert } from '../../factories/alert-state.ts';
import { aTradeMark } from '../../factories/outcome.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aModelVersion } from '../../factories/registry.ts';
import { featureRows, trackerMarket } from '../../factories/tracker-market.ts';

const [OLD, NEW] = ['2025-12-03-aaaaaaaa', '2025-12-04-bbbbbbbb'];
const LOOK_EVERY_MS = 5 * MINUTE_MS;

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

/** A watch over stores of its own; its clock stands at the switch, 12:35 on a Thursday, until a test moves it. */
async function openWatch() {
  const time = { nowMs: START_MS };
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const recommendations = dynamoRecommendationStore(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const alerts = dynamoAlertStore(cloud.dynamodb, await cloud.table());
  const started = new Map<string, unknown>();
  const told: unknown[] = [];
  const promotion = {
    start: async (name: string, input: unknown) => {
      const isNew = !started.has(name);
      started.set(name, input);
      return isNew;
    },
  };
  const look = watchBaking({
    ...{ models, recommendations, window, alerts, promotion, rules: exchangesRules(), target: 'tb15' },
    toAlert: { sendAll: async (messages) => void told.push(...messages) },
    ...{ policy: promotionPolicy().baking, lookEveryMs: LOOK_EVERY_MS, clock: () => time.nowMs },
  });
  const rowOf = (version: string) => models.version('NSE', 'tb15', version);
  const asked = () => ({ operator: 'asha', reason: 'better', now: utcIso(time.nowMs), override: true });
  const live = async () => (await models.livePointer('NSE', 'tb15')) ?? null;
  const promote = async (version: string) => {
    const pointer = await live();
    const given = {
      pointer,
      live: pointer && (await rowOf(pointer.version)),
      candidate: await rowOf(version),
    };
    const execution = `promote ${version}`;
    await models.apply(planPromotion({ ...asked(), ...given, verdict: null, execution }).change);
  };
  const rollBack = async () => {
    const pointer = (await live())!;
    const previous = await rowOf(pointer.previous_version!);
    const given = { pointer, live: await rowOf(pointer.version), previous, execution: 'back' };
    await models.apply(planRollback({ ...asked(), ...given }).change);
  };
  for (const version of [OLD, NEW]) await models.add(aModelVersion({ version }));
  await promote(OLD);
  time.nowMs += 1000;
  await promote(NEW);
  const since = time.nowMs;
  /** An answer so many minutes after the switch. */
  const answer = (minutes: number, change: Partial<Recommendation> = {}) => {
    const timestamp = utcIso(since + minutes * MINUTE_MS);
    const own = { timestamp, recorded_at: timestamp, model_version: NEW, latency_us: 900 };
    return recommendations.add(aRecommendation({ ...own, ...change }));
  };
  /** Feature rows of the first minutes after the switch. */
  const rows = async (count: number) => {
    const market = trackerMarket({ sessions: 1, rowsPerSession: count });
    const shift = since + MINUTE_MS - market.timestampsMs[0]!;
    for (const row of featureRows(market, shift)) await window.putFeatureRow(row, since + 86_400_000);
  };
  const after = (minutes: number) => {
    time.nowMs = since + minutes * MINUTE_MS;
    return look();
  };
  return { time, since, alerts, recommendations, answer, rows, after, promote, rollBack, started, told };
}

let watch: Awaited<ReturnType<typeof openWatch>>;
beforeEach(async () => {
  watch = await openWatch();
});
const requests = () => [...watch.started.values()];

describe('a version that was promoted a moment ago', () => {
  it('bakes, and nothing happens to it while nothing technical does', async () => {
    for (let minute = 1; minute <= 10; minute++) await watch.answer(minute);
    await watch.rows(4);
    expect(await watch.after(11)).toEqual({ baking: 1, taken_back: [] });
    expect(watch.started.size + watch.told.length).toBe(0);
  });

  it('is taken back by no trade, whatever it lost or is claimed to have lost: inverted, unmarked or real', async () => {
    for (let minute = 1; minute <= 3; minute++) await watch.answer(minute);
    const lost = [{ exposure_inverted: true, counts: false }, { marked_pnl: null, counts: false }, {}];
    for (const [at, one] of lost.entries()) {
      const mark = aTradeMark({ trade_id: `L-${at}`, marked_pnl: -99_999, claimed_pnl: -99_999, ...one });
      await watch.recommendations.putMark({ ...mark, model_version: NEW }, []);
    }
    expect(await watch.recommendations.marksOfDay('2025-12-04')).toHaveLength(3);
    expect(await watch.after(11)).toEqual({ baking: 1, taken_back: [] });
  });

  it('is taken back at the first answer that cannot use its bundle, once, and people are told', async () => {
    await watch.answer(3, { model_version: null, hold_reason: 'unusable_model' });
    expect(await watch.after(4)).toEqual({ baking: 1, taken_back: [NEW] });
    expect(await watch.after(5)).toEqual({ baking: 1, taken_back: [NEW] });
    expect(requests()).toEqual([
      {
        ...{ action: 'take_back', exchange: 'NSE', target: 'tb15', version: NEW },
        operator: 'oi-loop baking',
        reason: 'technical alarm while baking (errors): 1 answer could not use its bundle',
      },
    ]);
    const [told] = watch.told.flatMap((one) => checksOf(observationSchema.parse(one)));
    expect(told).toMatchObject({ rule: 'baking-alarm', exchange: 'NSE', check: { kind: 'event' } });
    expect(told?.check).toMatchObject({ finding: { title: `NSE: ${NEW} is taken back (errors)` } });
  });

  it('does not answer for the bundle before it, which scoring may have used for two seconds more', async () => {
    await watch.answer(0.01, { model_version: null, hold_reason: 'unusable_model' });
    expect(await watch.after(4)).toMatchObject({ taken_back: [] });
  });

  it('is taken back when rows stay without an answer', async () => {
    await watch.rows(5);
    await watch.answer(1);
    expect(await watch.after(6)).toMatchObject({ taken_back: [] });
    expect(await watch.after(8)).toMatchObject({ taken_back: [NEW] });
    expect(requests()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('4 feature rows without an answer') }),
    ]);
  });

  it('is taken back for its own slow answers, and for nobody else', async () => {
    for (let minute = 1; minute <= 8; minute++) {
      await watch.answer(minute, { model_version: OLD, latency_us: 90_000 });
    }
    expect(await watch.after(9)).toMatchObject({ taken_back: [] });
    for (let minute = 11; minute <= 18; minute++) await watch.answer(minute, { latency_us: 90_000 });
    expect(await watch.after(19)).toMatchObject({ taken_back: [NEW] });
  });

  it('is taken back for a difference of features that was found meanwhile, and for no older one', async () => {
    const open = (minutes: number, revision: number) => {
      const at = utcIso(watch.since + minutes * MINUTE_MS);
      return watch.alerts.put({ ...anAlert('feature-parity', 'open'), opened_at: at, revision });
    };
    await open(-60, 1);
    expect(await watch.after(5)).toMatchObject({ taken_back: [] });
    await open(8, 2);
    expect(await watch.after(10)).toMatchObject({ taken_back: [NEW] });
  });
});

describe('outside the window nothing rolls back by itself', () => {
  const broken = { model_version: null, hold_reason: 'unusable_model' } as const;

  it('by what comes after thirty minutes of session', async () => {
    await watch.answer(31, broken);
    expect(await watch.after(32)).toEqual({ baking: 1, taken_back: [] });
    expect(await watch.after(36)).toEqual({ baking: 0, taken_back: [] });
  });

  it('by what was seen in the window, once the last look is over', async () => {
    await watch.answer(29, broken);
    expect(await watch.after(34)).toMatchObject({ taken_back: [NEW] });
    expect(await watch.after(35)).toEqual({ baking: 0, taken_back: [] });
  });

  it('when the version came by a rollback: an alarm that stays sends nothing back and forth', async () => {
    watch.time.nowMs += MINUTE_MS;
    await watch.rollBack();
    await watch.answer(3, broken);
    expect(await watch.after(4)).toEqual({ baking: 0, taken_back: [] });
  });
});
