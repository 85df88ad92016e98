import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SparseCarry } from '../../../../../shared/domain/market/import/sparse-chain.ts';
import {
  indianIso,
  parseSparseRow,
  type SparseColumn,
  type SparseRow,
} from '../../../../../shared/domain/market/import/sparse-row.ts';
import { chainSnapshotSchema } from '../../../../../shared/domain/market/snapshot.ts';

const START_MS = Date.parse('2025-12-04T09:15:00+05:30');
const BASE: SparseRow = {
  ...{
    timestampMs: START_MS,
    exchange: 'NSE',
    strike: 26_000,
    optionType: 'CE',
    symbol: 'NIFTY25D0926000CE',
  },
  ...{ oi: 7500, underlyingPrice: 26_028.1, expiry: '2025-12-09' },
};
const row = (changes: Partial<SparseRow> = {}): SparseRow => ({ ...BASE, ...changes });
const put = (changes: Partial<SparseRow> = {}) =>
  row({ optionType: 'PE', symbol: 'NIFTY25D0926000PE', ...changes });
const later = (minutes: number) => ({ timestampMs: START_MS + minutes * 60_000 });

describe('SparseCarry', () => {
  test('a leg keeps its OI until it is stored again; nothing else is known', () => {
    const carry = new SparseCarry();
    carry.settle([row(), put({ oi: 1500 })]);
    const { snapshot, used, carriedLegs } = carry.settle([
      put({ ...later(1), oi: 2250, underlyingPrice: 26_080 }),
    ]);
    expect([used, carriedLegs]).toEqual([1, 1]);
    const { origin, ...contract } = snapshot!;
    expect(origin).toBe('imported_sparse');
    expect(chainSnapshotSchema.parse(snapshot)).toEqual(contract);
    expect(snapshot).toMatchObject({
      ...{ exchange: 'NSE', timestamp: '2025-12-04T09:16:00+05:30', expiry: '2025-12-09' },
      ...{ underlying_price: 26_080, atm_strike: 26_100, vix: null, future_price: null },
    });
    const unknown = { ltp: null, volume: null, iv: null, best_bid: null, best_ask: null };
    expect(snapshot!.legs).toEqual([
      {
        symbol: 'NIFTY25D0926000CE',
        strike: 26_000,
        option_type: 'CE',
        oi: 7500,
        ...unknown,
        bid_quantity: null,
        ask_quantity: null,
      },
      {
        symbol: 'NIFTY25D0926000PE',
        strike: 26_000,
        option_type: 'PE',
        oi: 2250,
        ...unknown,
        bid_quantity: null,
        ask_quantity: null,
      },
    ]);
  });

  test('nothing is carried over a night, an expiry or between exchanges', () => {
    const carry = new SparseCarry();
    carry.settle([row(), put()]);
    expect(carry.settle([put({ exchange: 'NSE_MONTHLY' })]).snapshot!.legs).toHaveLength(1);
    expect(carry.settle([row({ ...later(24 * 60) })]).snapshot!.legs).toHaveLength(1);
    expect(carry.settle([put({ ...later(24 * 60 + 1), expiry: '2025-12-16' })]).snapshot!.legs).toHaveLength(
      1,
    );
  });

  test('a blank OI is carried as missing', () => {
    const carry = new SparseCarry();
    carry.settle([row(), put({ oi: null })]);
    expect(carry.settle([row(later(1))]).snapshot!.legs.map(({ oi }) => oi)).toEqual([7500, null]);
  });

  test('each row that is not used has one reason', () => {
    const carry = new SparseCarry();
    const moment = carry.settle([
      row(),
      row({ oi: 1 }),
      row({ expiry: null }),
      row({ expiry: '2025-12-16' }),
    ]);
    expect(moment).toMatchObject({ used: 1, skipped: { duplicate_leg: 1, no_expiry: 1, other_expiry: 1 } });
    expect(moment.snapshot!.legs[0]!.oi).toBe(7500);
    expect(carry.settle([row({ exchange: 'MCX' })])).toMatchObject({
      used: 0,
      skipped: { other_exchange: 1 },
    });
  });

  test('without a price there is no snapshot, and the change is not forgotten', () => {
    const carry = new SparseCarry();
    const blind = carry.settle([row({ underlyingPrice: null })]);
    expect(blind).toEqual({
      snapshot: undefined,
      used: 0,
      carriedLegs: 0,
      skipped: { no_underlying_price: 1 },
    });
    expect(carry.settle([put(later(1))]).snapshot!.legs.map(({ oi }) => oi)).toEqual([7500, 7500]);
  });

  test('storing only changes loses no OI, whatever the changes are', () => {
    const minute = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 20 }), (minutes) => {
        const carry = new SparseCarry();
        let before: readonly number[] = [];
        for (const [at, ois] of minutes.entries()) {
          const all = ois.map((oi, leg) =>
            row({ ...later(at), strike: 26_000 + 50 * leg, symbol: `L${leg}`, oi }),
          );
          const changed = all.filter(({ oi }, leg) => oi !== before[leg]);
          before = ois;
          if (changed.length === 0) continue;
          const { snapshot, used, carriedLegs } = carry.settle(changed);
          expect(snapshot!.legs.map(({ oi }) => oi)).toEqual(ois);
          expect(used + carriedLegs).toBe(4);
        }
      }),
    );
  });
});

describe('parseSparseRow', () => {
  const TEXT: Record<SparseColumn, string> = {
    ...{ timestamp: '2025-12-04 12:35:00', exchange: 'NSE', strike: '26000.0', option_type: 'CE' },
    ...{ symbol: 'NIFTY25D0926000CE', oi: '1234500.0', underlying_price: '26028.1' },
    time_to_expiry_seconds: '442500',
  };
  const parse = (changes: Partial<Record<SparseColumn, string>> = {}) =>
    parseSparseRow((column) => ({ ...TEXT, ...changes })[column]);

  test('the expiry follows from the time to it', () => {
    expect(parse()).toEqual({
      ...{ timestampMs: Date.parse('2025-12-04T12:35:00+05:30'), exchange: 'NSE', strike: 26_000 },
      ...{ optionType: 'CE', symbol: 'NIFTY25D0926000CE', oi: 1_234_500, underlyingPrice: 26_028.1 },
      expiry: '2025-12-09',
    });
    expect(parse({ time_to_expiry_seconds: '-60' }).expiry).toBe('2025-12-04');
    expect(parse({ time_to_expiry_seconds: '' }).expiry).toBeNull();
  });

  test.each([
    ['2025-12-04T12:35:00', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04 12:35:00.250999', '2025-12-04T12:35:00.250+05:30'],
    ['2025-12-04 12:35:00+05:30', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04 07:05:00+00', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04 07:05:00+0000', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04T07:05:00Z', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04 07:05:00 UTC', '2025-12-04T12:35:00+05:30'],
    ['2025-12-04 12:35', '2025-12-04T12:35:00+05:30'],
  ])('the time %s is %s', (text, iso) => expect(indianIso(parse({ timestamp: text }).timestampMs)).toBe(iso));

  test('blank is missing', () => {
    expect(parse({ oi: '', underlying_price: '' })).toMatchObject({ oi: null, underlyingPrice: null });
  });

  test.each<[SparseColumn, string, string]>([
    ['timestamp', '2025-02-30 12:35:00', 'a time like 2025-12-04 12:35:00'],
    ['timestamp', 'noon', 'a time like 2025-12-04 12:35:00'],
    ['option_type', 'FUT', 'CE or PE'],
    ['strike', '0', 'a number above 0'],
    ['oi', '1.5', 'a whole number or blank'],
    ['oi', '-1', 'a number of at least 0 or blank'],
    ['symbol', '', 'a value'],
    ['time_to_expiry_seconds', 'soon', 'a number or blank'],
  ])('refuses %s = %j', (column, text, expected) => {
    expect(() => parse({ [column]: text })).toThrow(
      `${column}: expected ${expected}, was ${text || 'blank'}`,
    );
  });
});
