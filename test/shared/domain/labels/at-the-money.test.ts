import { describe, expect, it } from 'vitest';
import { atTheMoney } from '../../../../shared/domain/labels/at-the-money.ts';
import { contractSeries, type LabelLeg } from '../../../../shared/domain/labels/contract-series.ts';
import { buyLot, sellLot, tradeTerms } from '../../../../shared/domain/labels/paper-trade.ts';
import { rowsAhead, sessionMinutes } from '../../../../shared/domain/labels/session-minutes.ts';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';
import { LABEL_DATE, nseRules } from '../../../factories/label-day.ts';
import { aLeg } from '../../../factories/snapshot.ts';

const rules = nseRules();
type Legs = readonly Partial<LabelLeg>[];
const row = (minute: number, atmStrike: number, legs: Legs, date = LABEL_DATE, expiry = '2025-12-09') => ({
  timestampMs: istMs(date, minute),
  underlyingPrice: atmStrike,
  expiry,
  atmStrike,
  legs: legs.map((leg) => aLeg({ volume: minute, ...leg })),
});
type Row = ReturnType<typeof row>;
const follow = (rows: readonly Row[], horizon: number, type: 'CE' | 'PE' = 'CE', date = LABEL_DATE) => {
  const session = sessionMinutes(rows, rules);
  return atTheMoney(rows, contractSeries(rows), session, tradeTerms(date, rules))(type)(
    rowsAhead(session, horizon),
  );
};
const at = (ltp: number, changes: Partial<LabelLeg> = {}) => ({
  strike: 26_000,
  ltp,
  best_bid: ltp - 1,
  best_ask: ltp + 1,
  ...changes,
});

describe('the option at the money', () => {
  it('is followed to the horizon when the money has moved on', () => {
    const rows = [row(600, 26_000, [at(100)]), row(603, 26_100, [at(130), at(50, { strike: 26_100 })])];
    expect(follow(rows, 3).ltpChange).toEqual([30, null]);
    const terms = tradeTerms(LABEL_DATE, rules);
    expect(follow(rows, 3).pnl).toEqual([sellLot(buyLot(101, '2025-12-09', terms)!, 129, terms), null]);
  });

  it('is the call or the put', () => {
    const both = (call: number, put: number) => [at(call), at(put, { option_type: 'PE' })];
    const rows = [row(600, 26_000, both(100, 90)), row(605, 26_000, both(110, 83))];
    expect(follow(rows, 5, 'CE').ltpChange[0]).toBe(10);
    expect(follow(rows, 5, 'PE').ltpChange[0]).toBe(-7);
  });

  it('is unknown where it is missing at either end, or the minute is', () => {
    const other = [at(100, { strike: 26_050 })];
    expect(follow([row(600, 26_000, other), row(603, 26_000, [at(1)])], 3).ltpChange).toEqual([null, null]);
    expect(follow([row(600, 26_000, [at(1)]), row(603, 26_000, other)], 3).pnl).toEqual([null, null]);
    expect(follow([row(600, 26_000, [at(1)]), row(604, 26_000, [at(1)])], 3).pnl).toEqual([null, null]);
  });

  it('has no change of a stale price, and is still sold where it is quoted', () => {
    const stale = { volume: 7 };
    const rows = [600, 602, 604, 606].map((minute) => row(minute, 26_000, [at(100, stale)]));
    const { ltpChange, pnl } = follow(rows, 2);
    expect(ltpChange).toEqual([0, null, null, null]);
    expect(pnl.slice(0, 3).every((value) => value !== null && value < 0)).toBe(true);
    const unquoted = rows.map((one) => ({
      ...one,
      legs: one.legs.map((leg) => ({ ...leg, best_bid: null, best_ask: null })),
    }));
    expect(follow(unquoted, 2).pnl.map((value) => value === null)).toEqual([false, true, true, true]);
  });

  it('has expired at 15:30 of its day, although trading goes on to 15:40', () => {
    const date = '2026-08-04';
    const expiring = [925, 928, 930, 933].map((minute) =>
      row(minute, 26_000, [at(100 + minute)], date, date),
    );
    expect(follow(expiring, 5, 'CE', date).ltpChange).toEqual([5, null, null, null]);
    expect(follow(expiring, 3, 'CE', date).pnl[2]).toBeNull();
    const later = expiring.map((one) => ({ ...one, expiry: '2026-08-11' }));
    expect(follow(later, 5, 'CE', date).ltpChange).toEqual([5, 5, null, null]);
  });

  it('is another contract when the chain rolls to the next expiry', () => {
    const rows = [row(600, 26_000, [at(100)]), row(603, 26_000, [at(130)], LABEL_DATE, '2025-12-16')];
    expect(follow(rows, 3).ltpChange).toEqual([null, null]);
  });
});
