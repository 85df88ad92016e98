import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HINT_EVERY_MS } from '../../../functions/score/hint-audit.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { featureValue } from '../../../shared/domain/scoring/drivers.ts';
import { type Recommendation, recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { DATE, fastDay, type ReplayWorld, replayWorld } from './replay-world.ts';

const MINUTES = 44;
const day = fastDay(MINUTES, 60);
const nse = day.filter(({ exchange }) => exchange === 'NSE');
const names = featureNames(TRACKER_V2);

let cloud: EmbeddedCloud;
let world: ReplayWorld;
/** The live answer of each minute. */
let live: Recommendation[];
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await replayWorld(cloud);
  world.time.nowMs = Date.UTC(2025, 11, 4, 3);
  await world.goLive(await trainedCandidate(trackerMarket()));
  live = await world.play(day);
  world.auditMessages();
}, 120_000);
afterAll(() => cloud.stop());

/** A snapshot without what the loop adds, as it is posted. */
function bare({
  snapshot_id: _id,
  received_at: _received,
  recorded_at: _recorded,
  origin: _origin,
  ...snapshot
}: StoredSnapshot): ChainSnapshot {
  return snapshot;
}

const upTo = (minute: number) => nse.slice(0, minute + 1).map(bare);

/** Asks at the moment of a live answer. */
function ask(window: unknown, minute: number): Promise<Recommendation> {
  world.time.nowMs = epochMs(live[minute]!.recorded_at);
  return world.answer({ exchange: 'NSE', window });
}

/** What an answer says, without its name and without what only an answer on a posted vector keeps. */
function said({
  id: _id,
  input_hash: _input,
  leaf_hash: _leaf,
  latency_us: _latency,
  received_at: _received,
  given_features: _features,
  given_state: _state,
  ...rest
}: Recommendation) {
  return rest;
}

describe('a posted window', () => {
  it('equal to the day so far, in any order and with repeats, is answered as live, bit for bit', async () => {
    const first = TRACKER_V2.requiredHistoryMinutes - 1;
    const anyMinute = fc.integer({ min: first, max: MINUTES - 1 });
    const seed = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: MINUTES,
      maxLength: MINUTES,
    });
    const repeats = fc.array(fc.nat({ max: first }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyMinute, seed, repeats, async (minute, order, again) => {
        const shuffled = upTo(minute)
          .map((snapshot, at) => ({ snapshot, key: order[at] as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ snapshot }) => snapshot);
        const answer = await ask([...shuffled, ...again.map((at) => upTo(minute)[at])], minute);
        expect(said(answer)).toEqual(said(live[minute]!));
        const { timestamp } = live[minute]!;
        const row = await world.window.featureRow('NSE', DATE, 'tracker-v2', epochMs(timestamp));
        const values = [...row!.values].map(featureValue);
        expect(names.map((name) => answer.given_features?.[name] ?? null)).toEqual(values);
        expect(answer.given_state?.regime?.rows).toBe(minute - first);
      }),
      { numRuns: 12 },
    );
    expect(live.slice(first).filter(({ probabilities }) => probabilities === null)).toEqual([]);
  }, 120_000);

  it('that is shorter has the same features, a regime of fewer rows, and another name', async () => {
    const minute = MINUTES - 1;
    const short = await ask(upTo(minute).slice(-TRACKER_V2.windowMinutes), minute);
    const whole = await ask(upTo(minute), minute);
    expect(short.given_features).toEqual(whole.given_features);
    expect(short.given_state?.regime?.rows).toBeLessThan(whole.given_state!.regime!.rows);
    expect(new Set([short.id, whole.id, live[minute]!.id]).size).toBe(3);
    expect(await ask(upTo(minute), minute)).toEqual(whole);
  });

  it('leaves nothing behind but its record', async () => {
    const from = epochMs(nse[0]!.timestamp);
    const to = epochMs(nse.at(-1)!.timestamp) + MINUTE_MS;
    const held = async () => ({
      minutes: await world.window.minutes('NSE', DATE, from, to),
      rows: await world.window.featureRows('NSE', DATE, 'tracker-v2', from, to),
      sent: world.batchMessages(),
    });
    const before = await held();
    // The audit stage has been told of another answer before.
    world.time.stopwatchMs += HINT_EVERY_MS;
    const moved = upTo(MINUTES - 1).map((one) => ({ ...one, underlying_price: one.underlying_price + 1 }));
    const answer = await ask(moved, MINUTES - 1);
    expect(await held()).toEqual(before);
    expect(before.sent).toEqual([]);
    expect((await world.store.trail(answer.id)).recommendation).toEqual(answer);
    expect(recommendationSchema.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
    expect(world.auditMessages()).toContainEqual({ kind: 'recommendation', id: answer.id });
  });

  it('holds while it is too short for features, as live did, and keeps no vector', async () => {
    const minute = TRACKER_V2.requiredHistoryMinutes - 2;
    const answer = await ask(upTo(minute), minute);
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'insufficient_history' });
    expect(answer.given_features).toBeUndefined();
    expect(answer.given_state).toBeUndefined();
    expect(live[minute]).toMatchObject({ action: 'HOLD', hold_reason: 'insufficient_history' });
  });

  it('of an hour ago is stale, whatever it says', async () => {
    world.time.nowMs = epochMs(live.at(-1)!.recorded_at) + 60 * MINUTE_MS;
    const unheard = upTo(MINUTES - 1).map((one) => ({ ...one, vix: 11.5 }));
    const answer = await world.answer({ exchange: 'NSE', window: unheard });
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'stale_features' });
  });

  it('with a snapshot that came after the moment does not look ahead', async () => {
    const minute = MINUTES - 1;
    const received = (one: StoredSnapshot, lateMs = 0) => ({
      ...bare(one),
      received_at: utcIso(epochMs(one.timestamp) + lateMs),
    });
    const stated = nse.map((one) => received(one));
    const late = nse.map((one, at) => received(one, at === minute - 3 ? 4 * MINUTE_MS : 0));
    world.time.nowMs = epochMs(nse[minute]!.timestamp) + 5 * MINUTE_MS;
    const whole = await world.answer({ exchange: 'NSE', window: stated });
    const blind = await world.answer({ exchange: 'NSE', window: late });
    const without = await world.answer({ exchange: 'NSE', window: stated.toSpliced(minute - 3, 1) });
    expect(blind.given_features).toEqual(without.given_features);
    expect(blind.given_features).not.toEqual(whole.given_features);
  });
});

describe('a posted window is refused, and nothing is kept,', () => {
  const two = () => upTo(1);
  const changed = (change: object) => [two()[0], { ...two()[1], ...change }];
  it.each([
    ['no list', () => ({ snapshots: two() }), 'window', 'expected a list of snapshots'],
    ['null', () => null, 'window', 'expected a list of snapshots'],
    ['empty', () => [], 'window', 'leave it out for the latest minute'],
    ['too long', () => Array(401).fill(two()[0]), 'window', "was 401; send each minute's last one"],
    [
      'of two exchanges',
      () => changed({ exchange: 'BSE' }),
      'window[1].exchange',
      'expected NSE as in the request',
    ],
    [
      'of two sessions',
      () => changed({ timestamp: '2025-12-03T12:35:00+05:30' }),
      'window[1].timestamp',
      'expected the session of 2025-12-04 as window[0], was 2025-12-03',
    ],
    [
      'of two snapshots of one time',
      () => changed({ timestamp: two()[0]!.timestamp }),
      'window[1].timestamp',
      "was another of window[0]'s",
    ],
    ['of a wrong leg', () => changed({ legs: [{ strike: 1 }] }), 'window[1].legs[0].symbol', 'expected'],
    ['of a text', () => [two()[0], 'chain'], 'window[1]', 'expected an object, was "chain"'],
    [
      'of the future',
      () => changed({ timestamp: '2025-12-04T15:29:00+05:30' }),
      'window[1].timestamp',
      'cannot hold the future',
    ],
    [
      'of carried open interest',
      () => changed({ origin: 'imported_sparse' }),
      'window[1].origin',
      'as it was seen',
    ],
    [
      'of one that states its receipt',
      () => changed({ received_at: two()[1]!.timestamp }),
      'window[0].received_at',
      'state all or none',
    ],
    [
      'of a day without a calendar',
      () => [{ ...two()[0], timestamp: '2003-12-04T12:35:00+05:30' }],
      'window',
      'a session that the calendar knows',
    ],
  ])('%s', async (_, window, field, word) => {
    const before = await world.store.ofDay('NSE', DATE);
    await expect(ask(window(), MINUTES - 1)).rejects.toMatchObject({
      name: 'RejectedInput',
      field,
      message: expect.stringContaining(`${field}: `),
    });
    await expect(ask(window(), MINUTES - 1)).rejects.toThrow(word);
    expect(await world.store.ofDay('NSE', DATE)).toEqual(before);
  });

  it.each([
    [{ window: [], features: {} }, 'features'],
    [{ window: [], snapshot: {} }, 'window'],
    [{ snapshot: {}, features: {} }, 'features'],
    [{ probe: true, window: [] }, 'window'],
  ])('beside something else: %j', async (body, field) => {
    await expect(world.answer({ exchange: 'NSE', ...body })).rejects.toMatchObject({
      name: 'RejectedInput',
      field,
      message: expect.stringContaining('send one of them, or none for the latest minute'),
    });
  });
});
