import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { sessionDate, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { accountTotals, openPositions } from '../../../shared/domain/risk/totals.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';
import { type AuditWorld, auditWorld } from './audit-world.ts';

let cloud: EmbeddedCloud;
let world: AuditWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  world = await auditWorld(cloud);
});

const DATE = sessionDate(START_MS);
const SYMBOL = 'NIFTY25D3026050CE';
const POLICY = riskPolicy();
const INPUT = { date: DATE, accountRupees: POLICY.account_rupees, shortMargin: POLICY.short_margin };
const at = (minute: number) => utcIso(START_MS + minute * 60_000);

const opening = (trade_id: string, minute: number, more: object = {}) => ({
  ...{ trade_id, status: 'executed', origin: 'manual', exchange: 'NSE', symbol: SYMBOL, side: 'BUY' },
  ...{ quantity_lots: 2, price: 130, timestamp: at(minute) },
  ...more,
});
const closing = (trade_id: string, minute: number, more: object = {}) => ({
  ...{ trade_id, status: 'closed', timestamp: at(minute), ...more },
});

async function totals() {
  return accountTotals('NSE', await world.risk.book(), INPUT);
}

/** The monthly chain as it was seen in a minute. */
async function seen(minute: number, underlying_price = 26_040) {
  const legs = [26_000, 26_050, 26_100].flatMap((strike) =>
    (['CE', 'PE'] as const).map((option_type) => ({
      ...{ symbol: `NIFTY25D30${strike}${option_type}`, strike, option_type, ltp: 150, iv: 11 },
      ...{ oi: 1, volume: 1, best_bid: null, best_ask: null, bid_quantity: null, ask_quantity: null },
    })),
  );
  const snapshot = aStoredSnapshot({
    ...{ exchange: 'NSE_MONTHLY', timestamp: at(minute), expiry: '2025-12-30', underlying_price, legs },
  });
  await world.window.putMinute(snapshot, START_MS + 10 * 86_400_000);
}

describe('a reported trade counts for the session', () => {
  beforeEach(() => {
    world.time.nowMs = START_MS + 20 * 60_000;
  });

  it('from its opening to its closing, at once', async () => {
    await world.trade(opening('T-1', 0));
    expect(await totals()).toMatchObject({ open_positions: 1, last_entry_at: at(0) });
    await world.trade(closing('T-1', 5, { price: 120 }));
    expect(await totals()).toMatchObject({ open_positions: 0, last_loss_at: at(5) });
  });

  it('with the delta and the lot of its contract, as the chain was seen before its minute', async () => {
    await seen(-1);
    await seen(0, 27_000);
    await world.trade(opening('T-1', 0));
    const [position] = openPositions(await world.risk.book(), INPUT);
    expect(position).toMatchObject({ units: 150, underlying: 26_040, delta_assumed: false });
    // Calls and puts cost the same, so parity puts the forward at the middle strike: at the money.
    expect(position?.delta).toBeCloseTo(0.5, 1);
  });

  it('with the lot of the nearest expiry and a whole delta where no chain was seen', async () => {
    await world.trade(opening('T-1', 0));
    const [position] = openPositions(await world.risk.book(), INPUT);
    expect(position).toMatchObject({ units: 150, delta: null, delta_assumed: true });
    expect(position?.delta_rupees).toBe(150 * 26_050 * 0.01);
  });

  it('once, whoever reports it how often at the same time', async () => {
    const both = [
      opening('T-1', 0),
      opening('T-2', 1),
      opening('T-1', 0),
      closing('T-2', 3),
      closing('T-2', 3),
    ];
    const reported = await Promise.allSettled(both.map((one) => world.trade(one)));
    // What lost a race says so, and comes again.
    for (const [nth, { status }] of reported.entries())
      if (status === 'rejected') await world.trade(both[nth]);
    expect(await totals()).toMatchObject({ open_positions: 1, last_entry_at: at(1) });
  });

  it('closed, when the closing overtook the opening', async () => {
    await world.trade(closing('T-1', 5));
    await world.trade(opening('T-1', 0));
    expect(await totals()).toMatchObject({ open_positions: 0, last_entry_at: at(0) });
  });

  it('when the report comes again after it broke off before it was booked', async () => {
    const { recommendation_id: _, ...report } = { recommendation_id: null, ...opening('T-1', 0) };
    await world.trade(report);
    await world.risk.change('NSE', (state) => ({ ...state, trades: [] }));
    expect((await totals()).open_positions).toBe(0);
    expect((await world.trade(report)).stored).toBe(false);
    expect((await totals()).open_positions).toBe(1);
  });

  it('of the recommendation that it follows, or of its symbol, where it names no exchange', async () => {
    const { made } = await world.recommended(1);
    const follows = { origin: 'auto', exchange: null, recommendation_id: made[0]!.id };
    await world.trade(opening('T-1', 0, follows));
    await world.trade(opening('T-2', 0, { exchange: null, symbol: 'SENSEX25D1185000PE' }));
    expect(await totals()).toMatchObject({ open_positions: 1, account_open_positions: 2 });
    const positions = openPositions(await world.risk.book(), INPUT);
    expect(positions.map(({ exchange }) => exchange)).toEqual(['BSE', 'NSE']);
  });

  it('not of a day to come, nor of a day that is over', async () => {
    await world.trade(opening('T-1', 0));
    await world.trade(opening('T-2', 24 * 60));
    await world.trade(opening('T-3', -24 * 60));
    expect(await totals()).toMatchObject({ open_positions: 1, last_entry_at: at(0) });
  });

  it('not when it was rejected', async () => {
    await world.trade({
      ...opening('T-1', 0),
      status: 'rejected',
      reason: 'Net delta 3.0 would exceed limit 2.0',
    });
    expect((await totals()).open_positions).toBe(0);
  });
});
