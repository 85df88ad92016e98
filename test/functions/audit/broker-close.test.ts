import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredTrade } from '../../../shared/domain/audit/trade.ts';
import { istMs } from '../../../shared/domain/market/indian-time.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { type BrokerWorld, brokerWorld, DAY } from './broker-world.ts';

let cloud: EmbeddedCloud;
let world: BrokerWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await brokerWorld(cloud);
});
afterAll(() => cloud.stop());

const FLAT = 920;
const CLOSE = 930;

/** Bought at 15:16 of the session, so that neither target, stop nor horizon comes before 15:20. */
async function bought(): Promise<string> {
  await world.quoted(915, { bid: 199, ask: 200 });
  const recommendation = await world.recommended(915);
  world.time.nowMs = istMs(DAY, 915) + 10_000;
  await world.take(recommendation);
  await world.quoted(916, { bid: 199, ask: 200 });
  return recommendation.id;
}

/** The schedule, minute by minute, with the clock at each. @returns the minute in which the position was closed. */
async function livesThrough(from: number, to: number, quotes: Readonly<Record<number, number>>) {
  let closedAt: number | null = null;
  for (let minute = from; minute <= to; minute++) {
    const bid = quotes[minute - 1];
    if (bid !== undefined) await world.quoted(minute - 1, { bid, ask: bid + 1 });
    world.at(minute);
    if ((await world.run()).closed > 0) closedAt ??= minute;
  }
  return closedAt;
}

const closingOf = async (id: string): Promise<StoredTrade | undefined> =>
  (await world.store.trail(id)).trades.find(({ status }) => status === 'closed');
const expectOver = async () => expect(await world.broker.book('NSE', DAY)).toMatchObject({ positions: [] });

describe('the end of a day that is lived through', () => {
  it('is 15:20 where its snapshot comes, told a minute later', async () => {
    const id = await bought();
    expect(await livesThrough(917, 925, { 917: 198, 919: 197, [FLAT]: 190, 921: 150 })).toBe(FLAT + 1);
    expect(await closingOf(id)).toMatchObject({
      ...{ reason: 'session_close', price: 190, timestamp: '2025-12-04T09:50:00.000Z' },
      constraint_violation: null,
    });
    await expectOver();
  });

  it('is the first snapshot after 15:20 where that minute has none', async () => {
    const id = await bought();
    expect(await livesThrough(917, 930, { 917: 198, 923: 188, 924: 150 })).toBe(924);
    expect(await closingOf(id)).toMatchObject({ reason: 'session_close', price: 188 });
    await expectOver();
  });

  it('is the close where no snapshot comes any more, at the last price known, and nothing stays open', async () => {
    const id = await bought();
    const closedAt = await livesThrough(917, 945, { 917: 198 });
    expect(closedAt).not.toBeNull();
    expect(closedAt!).toBeGreaterThanOrEqual(CLOSE);
    expect(await closingOf(id)).toMatchObject({ reason: 'unquoted', price: 198 });
    await expectOver();
  });
});
