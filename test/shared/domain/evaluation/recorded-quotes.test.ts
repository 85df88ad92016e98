import { describe, expect, test } from 'vitest';
import { QUOTE_COLUMNS, recordedQuotes } from '../../../../shared/domain/evaluation/recorded-quotes.ts';
import { type ChainDaySnapshot, chainTable } from '../../../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../../../shared/domain/lake/column-table.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { aPricedSnapshot, type PricedChain } from '../../../factories/priced-chain.ts';

const EXPIRY = '2025-12-30';

function at(minute: number, change: PricedChain & { second?: number; revised?: boolean } = {}) {
  const { second = 0, revised = false, ...chain } = change;
  const snapshot = aPricedSnapshot({ exchange: 'NSE_MONTHLY', expiry: EXPIRY, minute, sides: 1, ...chain });
  const timestamp = utcIso(epochMs(snapshot.timestamp) + second * 1000);
  return { ...snapshot, timestamp, snapshot_id: `${minute}/${second}/${revised}`, revised };
}

const dayOf = (...snapshots: ChainDaySnapshot[]) => recordedQuotes(chainTable(snapshots));
const leg = (snapshot: ChainDaySnapshot, strike: number, type: 'CE' | 'PE') =>
  snapshot.legs.find((one) => one.strike === strike && one.option_type === type);

describe('the quotes of a recorded session', () => {
  test('are those of its chain, minute by minute and strike by strike', () => {
    const rows = [at(0), at(1, { price: 26_010 }), at(2, { price: 26_060 })];
    const quotes = dayOf(...rows)!;
    expect(quotes.expiry).toBe(EXPIRY);
    expect([...quotes.minutes]).toEqual([555, 556, 557]);
    expect([...quotes.atmStrike]).toEqual([26_000, 26_000, 26_050]);
    expect([...quotes.strikes]).toEqual([25_950, 26_000, 26_050, 26_100]);
    for (const [s, strike] of quotes.strikes.entries()) {
      for (const [m, row] of rows.entries()) {
        const place = s * rows.length + m;
        expect(quotes.calls.bid[place]).toEqual(leg(row, strike, 'CE')?.best_bid ?? Number.NaN);
        expect(quotes.puts.ask[place]).toEqual(leg(row, strike, 'PE')?.best_ask ?? Number.NaN);
        expect(quotes.puts.fresh[place]).toEqual(leg(row, strike, 'PE')?.ltp ?? Number.NaN);
      }
    }
  });

  test('take the last snapshot of a minute, and none that was revised', () => {
    const counted = [at(0, { price: 26_000 }), at(0, { second: 40, price: 26_060 }), at(3)];
    const revised = [at(0, { second: 40, price: 27_000, revised: true }), at(9, { revised: true })];
    const quotes = dayOf(...counted, ...revised)!;
    expect([...quotes.minutes]).toEqual([555, 558]);
    expect(quotes.atmStrike[0]).toBe(26_050);
    expect(quotes.strikes.includes(27_000)).toBe(false);
  });

  test('are of one expiry: the first of the day', () => {
    const quotes = dayOf(at(0), at(1, { expiry: '2026-01-27' }), at(2))!;
    expect(quotes.expiry).toBe(EXPIRY);
    expect([...quotes.minutes]).toEqual([555, 557]);
  });

  test('are unknown where a leg had none', () => {
    const silent = at(0, { leg: (one) => ({ ...one, ltp: null, best_bid: null, best_ask: null }) });
    const { calls } = dayOf(silent)!;
    expect([...calls.bid, ...calls.ask, ...calls.fresh].every(Number.isNaN)).toBe(true);
  });

  test('of a day without a row that counts are none', () => {
    expect(dayOf()).toBeNull();
    expect(dayOf(at(0, { revised: true }))).toBeNull();
  });

  test('need no other columns, and say which one is missing', () => {
    const table = chainTable([at(0)]);
    const only = (names: readonly string[]): ColumnTable => ({
      ...table,
      columns: table.columns.filter(({ name }) => names.includes(name)),
    });
    expect(recordedQuotes(only(QUOTE_COLUMNS))).toEqual(recordedQuotes(table));
    for (const name of QUOTE_COLUMNS) {
      expect(() => recordedQuotes(only(QUOTE_COLUMNS.filter((other) => other !== name)))).toThrow(name);
    }
  });
});
