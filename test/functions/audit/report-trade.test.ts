import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportTrade } from '../../../functions/audit/report-trade.ts';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import { Temporary } from '../../../shared/errors.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { type AuditWorld, auditWorld } from './audit-world.ts';

let cloud: EmbeddedCloud;
let world: AuditWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await auditWorld(cloud);
});
afterAll(() => cloud.stop());

const opening = (recommendation_id: string | null) => ({
  recommendation_id,
  trade_id: 'T-17',
  status: 'executed',
  symbol: 'NIFTY25D0926050CE',
  side: 'BUY',
  quantity_lots: 2,
  price: 130,
  timestamp: '2025-12-04T12:36:00+05:30',
});
const closing = {
  trade_id: 'T-17',
  status: 'closed',
  price: 141.5,
  pnl: 1500,
  timestamp: '2025-12-04T12:50:00+05:30',
};

describe('reportTrade', () => {
  it('keeps a trade with its recommendation and asks for its seal', async () => {
    const { made } = await world.recommended(1);
    const { id } = made[0]!;
    expect(await world.trade(opening(id))).toEqual({
      trade_id: 'T-17',
      recommendation_id: id,
      status: 'executed',
      stored: true,
      orphan: false,
      note: null,
    });
    const { trades } = await world.store.trail(id);
    expect(trades).toMatchObject([{ ...opening(id), recorded_at: new Date(START_MS).toISOString() }]);
    expect(trades[0]?.leaf_hash).toBe(leafHash({ ...trades[0] }));
    const refs = world.auditMessages();
    expect(refs).toMatchObject([{ kind: 'trade', trade_id: 'T-17', status: 'executed' }]);
    expect(await sealRecords(world)(refs)).toHaveLength(1);
  });

  it('finds the recommendation of a closing by the trade id alone', async () => {
    const { made } = await world.recommended(2);
    const { id } = made[1]!;
    await world.trade(opening(id));
    expect(await world.trade(closing)).toMatchObject({
      recommendation_id: id,
      status: 'closed',
      stored: true,
      orphan: false,
      note: null,
    });
    const { trades } = await world.store.trail(id);
    expect(trades.map(({ status, pnl }) => [status, pnl])).toEqual([
      ['executed', null],
      ['closed', 1500],
    ]);
    expect(await world.store.tradeReports('T-17')).toEqual(trades);
  });

  it('takes a manual trade, and its closing, without a recommendation', async () => {
    expect(await world.trade({ ...opening(null), origin: 'manual' })).toMatchObject({
      recommendation_id: null,
    });
    expect(await world.trade(closing)).toMatchObject({ recommendation_id: null, stored: true });
    expect(await world.store.tradeReports('T-17')).toHaveLength(2);
  });

  it('keeps a closing of a trade that was never opened, and says that it is one', async () => {
    const note = expect.stringContaining('report the opening with the same trade_id and status executed');
    const orphan = { recommendation_id: null, status: 'closed', orphan: true, note };
    expect(await world.trade(closing)).toMatchObject({ ...orphan, stored: true });
    expect(await world.trade(closing)).toMatchObject({ ...orphan, stored: false });
    expect(await world.store.tradeReports('T-17')).toMatchObject([closing]);
    expect(world.auditMessages()).toMatchObject([{ trade_id: 'T-17' }, { trade_id: 'T-17' }]);
  });

  it('calls it no orphan any more once its opening was reported', async () => {
    const { made } = await world.recommended(1);
    await world.trade(closing);
    expect(await world.trade(opening(made[0]!.id))).toMatchObject({
      stored: true,
      orphan: false,
      note: null,
    });
    expect(await world.trade(closing)).toMatchObject({ stored: false, orphan: false, note: null });
  });

  it('follows its recommendation to a closing that came first, and to no report of another one', async () => {
    const { made } = await world.recommended(2);
    const [id, other] = made.map((one) => one.id) as [string, string];
    const tradesOf = async (one: string) => (await world.store.trail(one)).trades;
    await world.trade(closing);
    expect(await tradesOf(id)).toEqual([]);
    await world.trade(opening(id));
    await sealRecords(world)(world.auditMessages());
    const { leaf_hash, ...closed } = (await tradesOf(id))[1]!;
    expect(closed).toMatchObject({ ...closing, recommendation_id: null });
    expect(closed).not.toHaveProperty('log_index');
    expect(leafHash(closed)).toBe(leaf_hash);
    const strange = { ...closing, recommendation_id: other, timestamp: '2025-12-04T12:51:00+05:30' };
    await world.trade(strange);
    expect(await tradesOf(id)).toMatchObject([{ status: 'executed' }, { status: 'closed', pnl: 1500 }]);
    expect(await tradesOf(other)).toMatchObject([{ recommendation_id: null }, strange]);
  });

  it('takes a rejection for no opening', async () => {
    const { made } = await world.recommended(1);
    const rejected = { ...opening(made[0]!.id), status: 'rejected', reason: 'no price' };
    expect(await world.trade(rejected)).toMatchObject({ orphan: false });
    expect(await world.trade({ ...closing, recommendation_id: made[0]!.id })).toMatchObject({
      recommendation_id: made[0]!.id,
      orphan: true,
    });
  });

  it('stores a report once, and asks for its seal again', async () => {
    const { made } = await world.recommended(1);
    const { id } = made[0]!;
    await world.trade(opening(id));
    world.time.nowMs += 1000;
    expect(await world.trade(opening(id))).toMatchObject({ stored: false, recommendation_id: id });
    expect((await world.store.trail(id)).trades).toHaveLength(1);
    const refs = world.auditMessages();
    expect(refs).toHaveLength(2);
    await sealRecords(world)(refs);
    expect(await world.entries()).toHaveLength(1);
  });

  it('refuses a different report of the same trade, status and time', async () => {
    const { made } = await world.recommended(1);
    const { id } = made[0]!;
    await world.trade(opening(id));
    await expect(world.trade({ ...opening(id), price: 131 })).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('T-17'),
    });
    expect((await world.store.trail(id)).trades).toMatchObject([{ price: 130 }]);
  });

  it('refuses one that names another recommendation, and keeps what it follows', async () => {
    const { made } = await world.recommended(2);
    const [first, second] = made.map(({ id }) => id) as [string, string];
    await world.trade(opening(first));
    await world.trade(closing);
    for (const report of [opening(second), { ...closing, recommendation_id: second }]) {
      await expect(world.trade(report)).rejects.toMatchObject({ name: 'Conflict' });
    }
    const named = { ...closing, recommendation_id: first };
    expect(await world.trade(named)).toMatchObject({ stored: false, recommendation_id: first });
    expect((await world.store.trail(second)).trades).toEqual([]);
  });

  it('refuses one with other costs, too', async () => {
    await world.trade({ ...closing, costs: 40 });
    expect(await world.trade({ ...closing, costs: 40 })).toMatchObject({ stored: false });
    for (const costs of [41, null]) {
      await expect(world.trade({ ...closing, costs })).rejects.toMatchObject({ name: 'Conflict' });
    }
  });

  it('books what was kept and not booked when the report comes again', async () => {
    const { made } = await world.recommended(1);
    const booked: string[] = [];
    let isDown = true;
    const report = reportTrade({
      store: world.store,
      toAudit: { sendAll: async () => undefined },
      book: async (tradeId) => {
        if (isDown) throw new Temporary('risk: out of reach');
        booked.push(tradeId);
      },
      clock: () => START_MS,
    });
    await expect(report(opening(made[0]!.id))).rejects.toMatchObject({ name: 'Temporary' });
    isDown = false;
    expect(await report(opening(made[0]!.id))).toMatchObject({ stored: false });
    expect(booked).toEqual(['T-17']);
  });

  it('lets one of many reports at once be the stored one', async () => {
    const { made } = await world.recommended(1);
    const body = opening(made[0]!.id);
    const persist = async (): Promise<boolean> => {
      try {
        return (await world.trade(body)).stored;
      } catch (error) {
        if ((error as Error).name !== 'Temporary') throw error;
        return persist();
      }
    };
    const answers = await Promise.all(Array.from({ length: 6 }, persist));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await world.store.tradeReports('T-17')).toHaveLength(1);
  });

  it('leaves a report whose message was lost to the sweep', async () => {
    const { made } = await world.recommended(1);
    const toAudit = {
      sendAll: async () => {
        throw new Temporary('send: the service is busy');
      },
    };
    const lost = reportTrade({ ...world, toAudit, clock: () => world.time.nowMs })(opening(made[0]!.id));
    await expect(lost).rejects.toMatchObject({ name: 'Temporary' });
    const waiting = await world.log.waiting('2025-12-04T07:06:00.000Z', 10);
    expect(waiting.map(({ kind }) => kind).sort()).toEqual(['recommendation', 'trade']);
    expect(await sealRecords(world)(waiting)).toHaveLength(2);
    expect(await world.log.waiting('2025-12-04T07:06:00.000Z', 10)).toEqual([]);
  });

  it.each([
    [
      'trade_id',
      { trade_id: '' },
      'expected 1 or more characters, was ""; send the tracker\'s own id of the trade',
    ],
    ['status', { status: 'open' }, 'expected one of executed, rejected, closed, was "open"'],
    ['price', { price: null }, 'expected a value for an executed trade, was null'],
    ['quantity_lots', { quantity_lots: 1.5 }, 'expected a whole number, was 1.5; send lots, not units'],
    [
      'timestamp',
      { timestamp: 'now' },
      'expected an ISO 8601 date-time with its offset, was "now"; write it',
    ],
    [
      'recommendation_id',
      { recommendation_id: null },
      'expected the recommendation of an automatic trade, was null;',
    ],
    [
      'recommendation_id',
      { recommendation_id: 'x' },
      'expected a ULID (26 letters and digits), was "x"; send the id',
    ],
    ['reason', { status: 'rejected' }, 'expected a reason for a rejected trade, was null; say why'],
  ])('refuses a wrong %s by name and stores nothing', async (field, change, said) => {
    const { made } = await world.recommended(1);
    const refused = world.trade({ ...opening(made[0]!.id), ...change });
    const message = expect.stringContaining(`${field}: ${said}`);
    await expect(refused).rejects.toMatchObject({ name: 'RejectedInput', field, message });
    expect(await world.store.tradeReports('T-17')).toEqual([]);
    expect(world.auditMessages()).toEqual([]);
  });

  it('says which recommendation is unknown', async () => {
    const unknown = world.trade(opening('01KBKTS6M0ZTTGMW9896DW8YDP'));
    await expect(unknown).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('01KBKTS6M0ZTTGMW9896DW8YDP'),
    });
  });
});
