import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../../../../shared/domain/audit/trade.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import {
  isSettled,
  type MarkInput,
  marksTheSame,
  markTrade,
  tradeMarkSchema,
} from '../../../../shared/domain/outcomes/trade-mark.ts';
import { aRecommendation, aTrade } from '../../../factories/recommendation.ts';

const DATE = '2025-12-04';
const AT = istMs(DATE, 12 * 60 + 35);
const CLOSE = istMs(DATE, 15 * 60 + 30);
const buy = aRecommendation();
const sell = aRecommendation({ action: 'SELL', symbol: 'NIFTY25D0926050PE' });
const at = (minute: number) => utcIso(AT + minute * MINUTE_MS);
const opened = (overrides: Partial<Trade> = {}) => aTrade(buy, { trade_id: 'T', ...overrides });
const closed = (overrides: Partial<Trade> = {}) =>
  aTrade(buy, { trade_id: 'T', status: 'closed', timestamp: at(10), price: 145, pnl: 2250, ...overrides });

/** 130 at the entry, and one rupee more each minute. */
const priceAt = (_symbol: string, atMs: number) => 130 + (atMs - AT) / MINUTE_MS;

function mark(change: Partial<MarkInput> = {}) {
  return markTrade({
    reports: [opened(), closed()],
    recommendation: buy,
    contract: { chain: 'NSE_MONTHLY', units: 75, optionType: 'CE' },
    priceAt,
    sessionCloseMs: CLOSE,
    nowMs: AT + 12 * MINUTE_MS,
    before: null,
    ...change,
  });
}

describe('a trade', () => {
  it('is marked at its own entry and exit times, the claim beside it', () => {
    const found = mark();
    expect(found).toMatchObject({
      status: 'closed',
      marked_entry: 130,
      marked_exit: 140,
      chain: 'NSE_MONTHLY',
    });
    expect(found).toMatchObject({ marked_pnl: 1500, claimed_pnl: 2250, difference: 750, counts: true });
    expect(tradeMarkSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  it('says the same in whatever order its reports came', () =>
    expect(marksTheSame(mark(), mark({ reports: [closed(), opened()] }))).toBe(true));

  it('loses what the price gains when the contract was sold', () =>
    expect(mark({ reports: [opened({ side: 'SELL' }), closed()] }).marked_pnl).toBe(-1500));

  it('is worth what it is worth now while it is open, and counts for nothing yet', () => {
    const open = mark({ reports: [opened()] });
    expect(open).toMatchObject({ status: 'open', marked_exit: 142, counts: false, difference: null });
    expect(isSettled(open, { sessionCloseMs: CLOSE, nowMs: AT })).toBe(false);
  });

  it('is worth nothing that was quoted after the close, open or lapsed', () => {
    const timestamp = utcIso(CLOSE - 5 * MINUTE_MS);
    const late = { reports: [opened({ timestamp })], recommendation: aRecommendation({ timestamp }) };
    const atClose = 130 + (CLOSE - AT) / MINUTE_MS;
    for (const [minutes, status] of [
      [29, 'open'],
      [30, 'lapsed'],
    ] as const) {
      const found = mark({ ...late, nowMs: CLOSE + minutes * MINUTE_MS });
      expect(found).toMatchObject({ status, marked_exit: atClose });
    }
  });

  it("has lapsed when its closing was not reported: at its recommendation's horizon, a manual one at the close", () => {
    const nowMs = CLOSE + 30 * MINUTE_MS;
    expect(mark({ reports: [opened()], nowMs })).toMatchObject({
      status: 'lapsed',
      marked_exit: 145,
      counts: true,
    });
    const manual = opened({ recommendation_id: null, origin: 'manual' });
    expect(mark({ reports: [manual], recommendation: null, nowMs })).toMatchObject({
      status: 'lapsed',
      marked_exit: 305,
      counts: false,
    });
    expect(mark({ reports: [opened()], nowMs: nowMs - 1 }).status).toBe('open');
  });

  it('is an orphan while only its closing is known, claims and all, and is marked once the opening comes', () => {
    const orphan = mark({
      reports: [closed({ recommendation_id: null })],
      recommendation: null,
      contract: null,
    });
    expect(orphan).toMatchObject({
      status: 'orphan',
      reason: 'never_opened',
      claimed_pnl: 2250,
      marked_pnl: null,
    });
    expect(orphan.counts).toBe(false);
    const whole = mark({ before: orphan });
    expect(whole).toMatchObject({ status: 'closed', marked_pnl: 1500, counts: true, revision: 1 });
  });

  it.each([
    ['unknown_contract', { contract: null }],
    ['no_entry_price', { priceAt: () => null }],
    ['no_exit_price', { priceAt: (_: string, ms: number) => (ms === AT ? 130 : null) }],
  ] as const)('without a price of its own says %s and never counts', (reason, change) => {
    expect(mark(change)).toMatchObject({ reason, marked_pnl: null, difference: null, counts: false });
  });

  it('that was opened after the horizon and never closed is sold at the close, never before it was bought', () => {
    const late = opened({ timestamp: at(15) });
    const found = mark({ reports: [late], nowMs: CLOSE + 30 * MINUTE_MS });
    expect(found).toMatchObject({ status: 'lapsed', marked_entry: 145, marked_exit: 305, counts: true });
  });

  it('that was closed before it was opened has no profit and counts for nothing', () => {
    const found = mark({ reports: [opened(), closed({ timestamp: at(-1) })] });
    expect(found).toMatchObject({ status: 'closed', reason: 'closed_before_opened', claimed_pnl: 2250 });
    expect(found).toMatchObject({ marked_pnl: null, difference: null, counts: false });
    expect(tradeMarkSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  it('is closed by the first closing after its opening, whatever an earlier one claims', () => {
    const wrong = closed({ timestamp: at(-1), price: 1, pnl: -1 });
    const found = mark({ reports: [wrong, closed({ timestamp: at(12), pnl: 9 }), closed(), opened()] });
    expect(found).toMatchObject({
      closed_at: at(10),
      claimed_exit: 145,
      claimed_pnl: 2250,
      marked_pnl: 1500,
    });
  });

  it('keeps what it said before late data put it right', () => {
    const before = mark();
    const after = mark({ before, priceAt: (symbol, ms) => priceAt(symbol, ms) * 2 });
    expect(after).toMatchObject({ marked_pnl: 3000, corrections: 1, revision: 1 });
    expect(after.earlier).toMatchObject([{ status: 'closed', marked_pnl: 1500 }]);
    const settling = mark({ before: mark({ reports: [opened()] }) });
    expect(settling).toMatchObject({ corrections: 0, revision: 1 });
  });
});

describe('a trade is settled', () => {
  const until = (nowMs: number) => ({ sessionCloseMs: CLOSE, nowMs });
  const LATE = CLOSE + 30 * MINUTE_MS;

  it('with its profit, or half an hour after the close when no price is going to come', () => {
    expect(isSettled(mark(), until(AT))).toBe(true);
    const priceless = mark({ priceAt: () => null });
    expect(isSettled(priceless, until(LATE - 1))).toBe(false);
    expect(isSettled(priceless, until(LATE))).toBe(true);
  });

  it('and one that had lapsed is put right by its closing, if the profit is the same, too', () => {
    const lapsed = mark({ reports: [opened()], nowMs: LATE });
    const after = mark({ reports: [opened(), closed({ timestamp: at(15) })], before: lapsed, nowMs: LATE });
    expect(after).toMatchObject({ status: 'closed', marked_pnl: lapsed.marked_pnl, corrections: 1 });
    expect(after.earlier).toMatchObject([{ status: 'lapsed', marked_pnl: lapsed.marked_pnl }]);
  });
});

describe('an inverted exposure', () => {
  const SOLD_PUT = { side: 'SELL', symbol: 'NIFTY25D0926050PE' } as const;
  const put = { chain: 'NSE', units: 75, optionType: 'PE' } as const;

  it("is today's tracker's: a SELL that shorts the put", () => {
    const found = mark({ recommendation: sell, contract: put, reports: [aTrade(sell, SOLD_PUT)] });
    expect(found).toMatchObject({ exposure_inverted: true, counts: false });
  });

  it('is seen in a manual trade that names a recommendation, and in one that names none there is nothing to invert', () => {
    const manual = opened({ ...SOLD_PUT, origin: 'manual' });
    expect(mark({ recommendation: sell, contract: put, reports: [manual] }).exposure_inverted).toBe(true);
    expect(mark({ recommendation: null, contract: put, reports: [manual] }).exposure_inverted).toBe(false);
  });

  it('is seen once the opening comes after its closing', () => {
    const reports = [closed({ recommendation_id: null }), aTrade(sell, { ...SOLD_PUT, trade_id: 'T' })];
    expect(mark({ recommendation: sell, contract: put, reports })).toMatchObject({
      exposure_inverted: true,
      counts: false,
    });
  });

  it("is judged by what the chain says of another exchange's symbol, whatever that ends in", () => {
    const named = aTrade(sell, { symbol: 'SENSEX 85000 PUT', side: 'BUY', exchange: 'BSE' });
    const contract = { chain: 'BSE', units: 20, optionType: 'PE' } as const;
    expect(mark({ recommendation: sell, contract, reports: [named] }).exposure_inverted).toBe(false);
    expect(mark({ recommendation: buy, contract, reports: [named] }).exposure_inverted).toBe(true);
  });

  it('never counts, whatever it brought', () =>
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (isBuy, isCall, isBought) => {
        const recommendation = isBuy ? buy : sell;
        const contract = { chain: 'NSE', units: 75, optionType: isCall ? 'CE' : 'PE' } as const;
        const found = mark({
          recommendation,
          contract,
          reports: [opened({ side: isBought ? 'BUY' : 'SELL' }), closed()],
        });
        const gainsOnRise = isCall === isBought;
        expect(found.exposure_inverted).toBe(gainsOnRise !== isBuy);
        expect(found.counts).toBe(!found.exposure_inverted);
      }),
    ));
});
