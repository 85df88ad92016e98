import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpiryListing } from '../../../../../shared/domain/market/import/expiry-plan.ts';
import { importMoment } from '../../../../../shared/domain/market/import/recorded-chain.ts';
import type { RecordedRow } from '../../../../../shared/domain/market/import/recorded-row.ts';
import { chainSnapshotSchema } from '../../../../../shared/domain/market/snapshot.ts';

const BASE: RecordedRow = {
  timestamp: '2026-07-21 10:02:17',
  symbol: 'NIFTY',
  expiry: '2026-07-21',
  strike: 25000,
  optionType: 'CE',
  ltp: 120.5,
  oi: 6500,
  volume: 13000,
  ivPct: 11.2,
  ivBelowOne: false,
  bid: 120.4,
  ask: 120.6,
  underlying: 25075,
};

function row(changes: Partial<RecordedRow> = {}): RecordedRow {
  return { ...BASE, ...changes };
}

function listingOf(rows: readonly RecordedRow[]): ExpiryListing {
  const listing = new ExpiryListing();
  for (const each of rows) listing.add(each);
  return listing;
}

const imported = (...rows: RecordedRow[]) => importMoment(rows, listingOf(rows));

describe('importMoment', () => {
  test('assigns symbols and expiries to the four chains', () => {
    const result = imported(
      row(),
      row({ expiry: '2026-07-28' }),
      row({ symbol: 'SENSEX', expiry: '2026-07-23', strike: 81000, underlying: 81049 }),
      row({ symbol: 'BANKNIFTY', expiry: '2026-07-28', strike: 57000, underlying: 57050 }),
    );
    expect(result.snapshots.map((s) => [s.exchange, s.expiry, s.atm_strike, s.legs[0]!.symbol])).toEqual([
      ['NSE', '2026-07-21', 25100, 'NIFTY2672125000CE'],
      ['NSE_MONTHLY', '2026-07-28', 25100, 'NIFTY26JUL25000CE'],
      ['BSE', '2026-07-23', 81000, 'SENSEX2672381000CE'],
      ['BANKNIFTY_MONTHLY', '2026-07-28', 57000, 'BANKNIFTY26JUL57000CE'],
    ]);
    expect(result).toMatchObject({ used: 4, skipped: {} });
  });

  test('the same rows serve both chains when the nearest expiry is the last of the month', () => {
    const result = imported(row({ expiry: '2026-07-28' }), row({ expiry: '2026-07-28', optionType: 'PE' }));
    expect(result.snapshots.map((s) => s.exchange)).toEqual(['NSE', 'NSE_MONTHLY']);
    expect(result.snapshots[0]!.legs).toEqual(result.snapshots[1]!.legs);
    expect(result.used).toBe(2);
  });

  test('says what a recording does not have with null, and the time with its offset', () => {
    const [snapshot] = imported(row({ ltp: null, ivPct: null, bid: 0 })).snapshots;
    expect(snapshot).toEqual({
      schema: 1,
      exchange: 'NSE',
      timestamp: '2026-07-21T10:02:17+05:30',
      expiry: '2026-07-21',
      underlying_price: 25075,
      underlying_volume: null,
      atm_strike: 25100,
      future_price: null,
      future_oi: null,
      vix: null,
      macro: null,
      legs: [
        {
          symbol: 'NIFTY2672125000CE',
          strike: 25000,
          option_type: 'CE',
          ltp: null,
          oi: 6500,
          volume: 13000,
          iv: null,
          best_bid: 0,
          best_ask: 120.6,
          bid_quantity: null,
          ask_quantity: null,
        },
      ],
    });
    expect(chainSnapshotSchema.parse(snapshot)).toEqual(snapshot);
  });

  test('legs lie by strike, call first', () => {
    const [snapshot] = imported(
      row({ strike: 25100, optionType: 'PE' }),
      row({ optionType: 'PE' }),
      row({ strike: 25100 }),
      row(),
    ).snapshots;
    expect(snapshot!.legs.map((leg) => `${leg.strike}${leg.option_type}`)).toEqual([
      '25000CE',
      '25000PE',
      '25100CE',
      '25100PE',
    ]);
  });

  test('counts each row it leaves out under one reason', () => {
    const nothing = { ltp: null, oi: 0, volume: 0, ivPct: null, bid: 0, ask: null };
    const result = imported(
      row(),
      row(),
      row({ symbol: 'FINNIFTY' }),
      row({ symbol: 'constructor' }),
      row({ expiry: '2026-08-04' }),
      row({ strike: 26000, ...nothing }),
      row({ strike: 26050, ...nothing, oi: 65 }),
      row({ symbol: 'SENSEX', expiry: '2026-07-23', underlying: null }),
    );
    expect(result.skipped).toEqual({
      duplicate_leg: 1,
      other_symbol: 2,
      other_expiry: 1,
      empty_leg: 1,
      no_underlying_price: 1,
    });
    expect(result.used).toBe(2);
    expect(result.snapshots.map((s) => s.legs.length)).toEqual([2]);
  });

  test('one priced row gives the underlying to all rows of its symbol', () => {
    const result = imported(row({ underlying: null }), row({ optionType: 'PE', underlying: 25012.35 }));
    expect(result.snapshots[0]!.underlying_price).toBe(25012.35);
    expect(result.used).toBe(2);
  });

  test("next week's rows do not stand in for a nearest expiry that is missing at one moment", () => {
    const later = row({ expiry: '2026-08-04' });
    const result = importMoment([later], listingOf([row(), later]));
    expect(result).toMatchObject({ snapshots: [], used: 0, skipped: { other_expiry: 1 } });
  });

  test('counts volatilities below 1 percent of used rows', () => {
    expect(imported(row({ ivPct: null, ivBelowOne: true }), row({ optionType: 'PE' })).ivBelowOne).toBe(1);
  });

  test('no rows give no snapshots', () => {
    expect(imported()).toEqual({ snapshots: [], used: 0, ivBelowOne: 0, skipped: {} });
  });

  test('rows in are rows used plus rows skipped, whatever comes', () => {
    const anyRow = fc.record({
      symbol: fc.constantFrom('NIFTY', 'SENSEX', 'BANKNIFTY', 'FINNIFTY'),
      expiry: fc.constantFrom('2026-07-14', '2026-07-21', '2026-07-28', '2026-08-04'),
      strike: fc.constantFrom(25000, 25050, 25100),
      optionType: fc.constantFrom('CE' as const, 'PE' as const),
      ltp: fc.option(fc.constantFrom(0, 1.5)),
      oi: fc.option(fc.constantFrom(0, 65)),
      underlying: fc.option(fc.constant(25010)),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), (changes) => {
        const rows = changes.map((change) => row(change));
        const result = imported(...rows);
        const skipped = Object.values(result.skipped).reduce((sum, count) => sum + count, 0);
        expect(result.used + skipped).toBe(rows.length);
        const legs = new Set(
          result.snapshots.flatMap((s) => s.legs.map((leg) => `${s.expiry}${leg.symbol}`)),
        );
        expect(legs.size).toBe(result.used);
      }),
    );
  });

  test('the largest chain that the schema allows stays below 900 KB of JSON', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => 25000 + 50 * i).flatMap((strike) =>
      (['CE', 'PE'] as const).map((optionType) =>
        row({
          strike,
          optionType,
          ltp: 12345.65,
          oi: 123_456_780,
          volume: 1_234_567_890,
          bid: 12345.6,
          ask: 12345.7,
        }),
      ),
    );
    const [snapshot] = imported(...rows).snapshots;
    expect(snapshot!.legs).toHaveLength(2000);
    expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThan(900_000);
  });
});
