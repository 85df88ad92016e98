import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredTrade } from '../../../shared/domain/audit/trade.ts';
import { istMs } from '../../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { Conflict, Temporary } from '../../../shared/errors.ts';
import type { BrokerStore } from '../../../shared/ports/broker-store.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { type Fault, withFaults } from '../faults.ts';
import { type BrokerWorld, brokerWorld, CALL, DAY } from './broker-world.ts';

let cloud: EmbeddedCloud;
let world: BrokerWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await brokerWorld(cloud);
});
afterAll(() => cloud.stop());

/** The run of the schedule half a minute into a minute: what came before that minute is complete. */
async function runAt(minute: number, date = DAY) {
  world.at(minute, date);
  return world.run();
}

/** An answer of a minute that the broker hears of ten seconds later. */
async function orderedAt(minute: number, change: Partial<Recommendation> = {}): Promise<string> {
  const recommendation = await world.recommended(minute, change);
  world.time.nowMs = istMs(DAY, minute) + 10_000;
  expect(await world.take(recommendation)).toBe('taken');
  return recommendation.id;
}

const reportsOf = async (id: string): Promise<StoredTrade[]> => [...(await world.store.trail(id)).trades];
const told = (reports: readonly StoredTrade[]) =>
  reports.map(({ status, reason, price }) => [status, reason ?? '', price]);

describe('an order', () => {
  it('is bought at the next snapshot, two ticks above the ask, and sold at the target; the profit is after costs', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    await world.quoted(601, { bid: 201, ask: 202 });
    await world.quoted(602, { bid: 226.9, ask: 228 });
    await world.quoted(603, { bid: 228, ask: 229 });
    expect(await runAt(601)).toEqual({ executed: 0, rejected: 0, closed: 0, overtaken: 0 });
    expect(await runAt(602)).toMatchObject({ executed: 1, closed: 0 });
    expect(await runAt(603)).toMatchObject({ executed: 0, closed: 0 });
    expect(await runAt(604)).toMatchObject({ executed: 0, closed: 1 });
    const reports = await reportsOf(id);
    expect(told(reports)).toEqual([
      ['executed', '', 202.1],
      ['closed', 'target', 227.1],
    ]);
    const [bought, sold] = reports as [StoredTrade, StoredTrade];
    expect(bought).toMatchObject({
      ...{ trade_id: `broker-${id}`, recommendation_id: id, origin: 'auto', exchange: 'NSE' },
      ...{ side: 'BUY', quantity_lots: 2, timestamp: '2025-12-04T04:31:00.000Z' },
    });
    // 2 lots of 75: 25 rupees a unit; brokerage, taxes and fees of both orders are the difference.
    expect(sold.pnl! + sold.costs!).toBeCloseTo(25 * 150, 8);
    expect(sold.costs).toBeGreaterThan(60);
    expect(sold.constraint_violation).toBeNull();
  });

  it('is not filled at a price that was known before the broker had it', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const recommendation = await world.recommended(600);
    await world.quoted(601, { bid: 99, ask: 100 });
    // The bus was slow: the price of 10:01 was there already.
    world.time.nowMs = istMs(DAY, 601) + 20_000;
    await world.take(recommendation);
    await world.quoted(602, { bid: 149, ask: 150 });
    await runAt(603);
    expect(told(await reportsOf(recommendation.id))).toEqual([['executed', '', 150.1]]);
  });

  it('is refused where the next snapshot has no price, and given up where none comes in time', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const unpriced = await orderedAt(600);
    await world.quoted(601, { bid: null, ask: null });
    await runAt(602);
    expect(told(await reportsOf(unpriced))).toEqual([['rejected', 'no_contract', null]]);
    await world.quoted(602, { bid: 199, ask: 200 });
    const silent = await orderedAt(602);
    await runAt(605);
    expect(await reportsOf(silent)).toEqual([]);
    await runAt(606);
    expect(told(await reportsOf(silent))).toEqual([['rejected', 'no_contract', null]]);
    await world.quoted(607, { bid: 199, ask: 200 });
    expect(await runAt(608)).toMatchObject({ executed: 0 });
  });

  it('that comes after its patience is too late', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const recommendation = await world.recommended(600);
    world.time.nowMs = istMs(DAY, 604);
    await world.take(recommendation);
    await world.quoted(605, { bid: 199, ask: 200 });
    await runAt(606);
    expect(told(await reportsOf(recommendation.id))).toEqual([['rejected', 'too_late', null]]);
  });

  it('waits for its turn: a cooldown while something is held, so many positions', async () => {
    for (let minute = 600; minute < 620; minute++) await world.quoted(minute, { bid: 199.95, ask: 200 });
    const ids = [];
    for (const minute of [600, 602, 607, 613]) ids.push(await orderedAt(minute));
    await runAt(616);
    expect((await Promise.all(ids.map(reportsOf))).map(told)).toEqual([
      [['executed', '', 200.1]],
      [['rejected', 'cooldown', null]],
      [['executed', '', 200.1]],
      [['rejected', 'positions_full', null]],
    ]);
  });

  it('is taken once, however often it comes; what is not to be executed, or not followed, never', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    const { recommendation } = await world.store.trail(id);
    expect(await Promise.all([1, 2, 3].map(() => world.take(recommendation)))).toEqual([
      'known',
      'known',
      'known',
    ]);
    expect(await world.take(await world.recommended(601, { execute: false }))).toBe('passed');
    expect(await world.take(await world.recommended(602, { exchange: 'BSE' }))).toBe('passed');
    expect((await world.broker.book('NSE', DAY))?.waiting).toHaveLength(1);
  });
});

describe('an exchange that fails', () => {
  it('holds up no other one, and the failure is told', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    await world.quoted(601, { bid: 199, ask: 200 });
    const latest: BrokerStore['latest'] = async (exchange, count) => {
      if (exchange === 'BSE') throw new Temporary('BSE cannot be read');
      return world.broker.latest(exchange, count);
    };
    const { run } = world.made({ store: world.store, broker: { ...world.broker, latest } }, ['BSE', 'NSE']);
    world.at(602);
    await expect(run()).rejects.toThrow('BSE cannot be read');
    expect(told(await reportsOf(id))).toEqual([['executed', '', 200.1]]);
  });

  it('is overtaken by another writer without a failure, and nothing is done twice', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    await world.quoted(601, { bid: 199, ask: 200 });
    world.at(602);
    const runs = await Promise.all([world.run(), world.run(), world.run()]);
    await world.run();
    expect(told(await reportsOf(id))).toEqual([['executed', '', 200.1]]);
    expect(runs.some(({ overtaken }) => overtaken > 0)).toBe(true);
    expect(await world.broker.book('NSE', DAY)).toMatchObject({ reports: [], positions: [{ symbol: CALL }] });
  });
});

describe("the tracker's own executor", () => {
  it('has the recommendation to itself once it has reported a trade, or a refusal', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    const { recommendation } = await world.store.trail(id);
    await world.report(
      aTrade(recommendation, { status: 'rejected', reason: 'max positions', trade_id: 'T-1' }),
    );
    await world.quoted(601, { bid: 199, ask: 200 });
    expect(await runAt(602)).toMatchObject({ executed: 0, rejected: 0 });
    expect((await reportsOf(id)).map(({ trade_id }) => trade_id)).toEqual(['T-1']);
  });

  it('takes over from a position of the broker, which sells it at the next price', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    await world.quoted(601, { bid: 199, ask: 200 });
    await runAt(602);
    const { recommendation } = await world.store.trail(id);
    await world.report(aTrade(recommendation, { trade_id: 'T-1' }));
    await world.quoted(602, { bid: 198, ask: 199 });
    await runAt(603);
    const ours = (await reportsOf(id)).filter(({ trade_id }) => trade_id !== 'T-1');
    expect(told(ours)).toEqual([
      ['executed', '', 200.1],
      ['closed', 'left_to_tracker', 198],
    ]);
  });
});

describe('a session that ends', () => {
  it('is sold at 15:20, or at the last price known where none comes any more', async () => {
    await world.quoted(916, { bid: 199, ask: 200 });
    const id = await orderedAt(916);
    await world.quoted(917, { bid: 199, ask: 200 });
    await world.quoted(920, { bid: 190, ask: 191 });
    await runAt(922);
    expect(told(await reportsOf(id))).toEqual([
      ['executed', '', 200.1],
      ['closed', 'session_close', 190],
    ]);
  });

  it('that nobody watched to its end is closed the next morning, as it would have been, and flagged', async () => {
    await world.quoted(700, { bid: 199, ask: 200 });
    const id = await orderedAt(700);
    await world.quoted(701, { bid: 199, ask: 200 });
    await runAt(702);
    await world.quoted(702, { bid: 190, ask: 191 });
    expect(await runAt(560, '2025-12-05')).toMatchObject({ closed: 1 });
    const [, closed] = await reportsOf(id);
    expect(closed).toMatchObject({
      ...{ status: 'closed', reason: 'unquoted', price: 190, timestamp: '2025-12-04T10:00:00.000Z' },
      constraint_violation: 'not watched: the broker found it on 2025-12-05',
    });
    expect(await world.broker.book('NSE', DAY)).toMatchObject({ done: true, positions: [] });
    const next = { timestamp: '2025-12-05T10:00:00+05:30', recorded_at: '2025-12-05T10:00:01+05:30' };
    const recommendation = await world.recommended(700, next);
    world.time.nowMs = istMs('2025-12-05', 600) + 2000;
    await world.take(recommendation);
    await world.quoted(600, { bid: 199, ask: 200 }, '2025-12-05');
    await runAt(602, '2025-12-05');
    expect((await world.broker.book('NSE', '2025-12-05'))?.equity_rupees).toBe(1_000_000 + closed!.pnl!);
  });

  it('keeps what was done when a snapshot comes late', async () => {
    await world.quoted(600, { bid: 199, ask: 200 });
    const id = await orderedAt(600);
    await world.quoted(602, { bid: 199, ask: 200 });
    await world.quoted(604, { bid: 199, ask: 200 });
    await runAt(605);
    await world.quoted(601, { bid: 99, ask: 100 });
    await world.quoted(603, { bid: 399, ask: 400 });
    await runAt(606);
    expect(told(await reportsOf(id))).toEqual([['executed', '', 200.1]]);
  });
});

describe('a broker that breaks off at any call', () => {
  const MINUTES = Array.from({ length: 24 }, (_, at) => 600 + at);
  const ORDERED = [600, 601, 603, 606, 612, 618];
  const SCHEDULES = 40;

  async function played(next: (method: string) => Fault) {
    world = await brokerWorld(cloud);
    const price = seededUniform(3);
    const store = withFaults(world.store, (method) => (method === 'add' ? 'none' : next(method)));
    const broker = withFaults(world.broker, next);
    const { take, run } = world.made({ store, broker });
    const ids: string[] = [];
    let breaks = 0;
    const tried = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Temporary || error instanceof Conflict)) throw error;
        breaks += 1;
        return undefined;
      }
    };
    for (const minute of MINUTES) {
      const bid = Math.round((180 + 60 * price()) * 20) / 20;
      await world.quoted(minute, { bid, ask: bid + 0.5 });
      if (ORDERED.includes(minute)) {
        const recommendation = await world.recommended(minute);
        ids.push(recommendation.id);
        world.time.nowMs = istMs(DAY, minute) + 10_000;
        while ((await tried(() => take(recommendation))) === undefined);
      }
      world.at(minute + 1);
      await tried(run);
    }
    world.at(935);
    while ((await tried(run)) === undefined);
    await world.run();
    const reports = (await Promise.all(ids.map(reportsOf))).flat();
    const said = reports.map(({ recorded_at: _at, leaf_hash: _hash, ...trade }) => trade);
    return { said, breaks, book: await world.broker.book('NSE', DAY) };
  }

  it('opens nothing twice, leaves nothing open, and reports the same as one that never did', async () => {
    const whole = await played(() => 'none');
    const statuses = whole.said.map(({ status }) => status);
    expect(statuses).toContain('closed');
    expect(statuses.filter((one) => one === 'closed')).toHaveLength(
      statuses.filter((one) => one === 'executed').length,
    );
    let breaks = 0;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const random = seededUniform(seed);
      const broken = await played(() => (random() < 0.08 ? (random() < 0.5 ? 'before' : 'after') : 'none'));
      expect(broken.said, `schedule ${seed}`).toEqual(whole.said);
      expect(broken.book).toMatchObject({ done: true, positions: [], reports: [], waiting: [], sent: null });
      breaks += broken.breaks;
    }
    expect(breaks).toBeGreaterThan(5 * SCHEDULES);
  }, 120_000);
});
