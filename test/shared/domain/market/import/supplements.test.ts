import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DepthRow,
  depthOf,
  ORDER_BOOK_DEPTH,
  parseDepthRow,
} from '../../../../../shared/domain/market/import/depth-table.ts';
import { parseMacroRow } from '../../../../../shared/domain/market/import/macro-table.ts';
import { Supplements } from '../../../../../shared/domain/market/import/supplements.ts';
import { epochMs } from '../../../../../shared/domain/market/indian-time.ts';
import { chainSnapshotSchema } from '../../../../../shared/domain/market/snapshot.ts';
import { aSnapshot } from '../../../../factories/snapshot.ts';

const fields = (given: Readonly<Record<string, string>>) => (name: string) => given[name] ?? '';
const macro = (given: Readonly<Record<string, string>>) => parseMacroRow(fields(given));
const depth = (given: Readonly<Record<string, string>>) => parseDepthRow(fields(given));
const NOON = '2025-12-04 12:00:00';
const at = (clock: string) => `2025-12-04T${clock}+05:30`;

/** Supplements with macro values that became known at these Indian times. */
function known(...rows: readonly (readonly [time: string, values: Readonly<Record<string, string>>])[]) {
  const all = new Supplements();
  for (const [timestamp, values] of rows) {
    const row = macro({ timestamp, ...values });
    if (typeof row !== 'string') all.addMacro(row, 'macro_signals');
  }
  return all;
}
const crudeAt = (all: Supplements, timestamp: string) =>
  all.apply(aSnapshot({ timestamp, macro: null })).macro?.crude_trend;

describe('a macro row', () => {
  test('holds what it states, and nothing for what it does not', () =>
    expect(macro({ timestamp: NOON, exchange: 'NSE', crude_trend: '-0.5', usdinr_trend: '' })).toEqual({
      ...{ asOfMs: epochMs(at('12:00:00')), exchange: 'NSE', values: { crude_trend: -0.5 } },
    }));
  test('is for all chains without an exchange, or with ALL', () =>
    expect([
      macro({ timestamp: NOON, crude_trend: '1' }),
      macro({ timestamp: NOON, exchange: 'ALL', crude_trend: '1' }),
    ]).toMatchObject([{ exchange: null }, { exchange: null }]));
  test.each([
    ['other_exchange', { exchange: 'MCX', crude_trend: '1' }],
    ['no_value', { exchange: 'NSE' }],
  ])('is skipped as %s', (reason, given) => expect(macro({ timestamp: NOON, ...given })).toBe(reason));
  test('names the column that is wrong', () =>
    expect(() => macro({ timestamp: NOON, crude_trend: 'up' })).toThrow('crude_trend: expected a number'));
});

describe('macro values of a snapshot', () => {
  test('are the newest that were known at its time, with their moment and table', () => {
    const all = known([NOON, { crude_trend: '1' }], ['2025-12-04 12:10:00', { crude_trend: '2' }]);
    expect(crudeAt(all, at('11:59:59'))).toBeUndefined();
    expect(crudeAt(all, at('12:00:00'))).toEqual({
      ...{ value: 1, as_of: '2025-12-04T06:30:00.000Z', source: 'tracker macro_signals' },
    });
    expect(crudeAt(all, at('12:30:00'))).toMatchObject({ value: 2 });
  });
  test('never come from the future, in whatever order the rows lie', () => {
    const minutes = fc.uniqueArray(fc.nat(300), { minLength: 1 });
    fc.assert(
      fc.property(minutes, fc.nat(300), (given, now) => {
        const clock = (minute: number) =>
          new Date(Date.UTC(2025, 11, 4, 4) + minute * 60_000).toISOString().replace('.000Z', 'Z');
        const all = known(
          ...given.map((minute) => [clock(minute), { crude_trend: String(minute) }] as const),
        );
        const before = given.filter((minute) => minute <= now);
        const value = crudeAt(all, clock(now));
        if (before.length === 0) expect(value).toBeUndefined();
        else expect(value).toMatchObject({ value: Math.max(...before) });
      }),
    );
  });
  test("are its chain's own before those of all", () => {
    const all = known(
      ['2025-12-04 12:05:00', { crude_trend: '7' }],
      [NOON, { crude_trend: '1', exchange: 'NSE' }],
      [NOON, { crude_trend: '9', exchange: 'BSE' }],
    );
    expect(crudeAt(all, at('12:10:00'))).toMatchObject({ value: 1 });
  });
  test('are no older than a day', () => {
    const all = known(['2025-12-03 12:00:00', { crude_trend: '1' }]);
    expect(crudeAt(all, at('12:00:00'))).toMatchObject({ value: 1 });
    expect(crudeAt(all, at('12:00:01'))).toBeUndefined();
  });
  test('do not replace what the snapshot has, and make a snapshot of the contract', () => {
    const all = known([NOON, { crude_trend: '1', usdinr_trend: '2' }]);
    const own = { ...aSnapshot({ timestamp: at('12:05:00') }), macro: { crude_trend: 5 } };
    const applied = all.apply(own as never);
    expect(applied.macro).toMatchObject({ crude_trend: 5, usdinr_trend: { value: 2 } });
    expect(chainSnapshotSchema.parse(applied)).toEqual({ ...applied });
  });
  test('nothing known leaves the snapshot as it is', () => {
    const snapshot = aSnapshot();
    expect(new Supplements().apply(snapshot)).toBe(snapshot);
  });
});

const symbol = aSnapshot().legs[0]!.symbol;
const level = (change: object = {}) => ({
  ...{ timestamp: '2025-12-04 12:35:00', symbol, side: 'bid', level: '1', price: '101.5', quantity: '150' },
  ...change,
});

describe('a level of a book', () => {
  test('is read in the words of several sources', () =>
    expect([depth(level()), depth(level({ side: 'SELL', orders: '4', level: '2' }))]).toMatchObject([
      { side: 'buy', level: 1, price: 101.5, quantity: 150, orders: undefined },
      { side: 'sell', level: 2, orders: 4 },
    ]));
  test.each([
    ['no_level', { price: '' }],
    ['beyond_five', { level: '6' }],
  ])('is skipped as %s', (reason, change) => expect(depth(level(change))).toBe(reason));
  test.each([
    ['side', { side: 'long' }],
    ['quantity', { quantity: '7.5' }],
    ['symbol', { symbol: ' ' }],
    ['price', { price: '-1' }],
  ])('names %s when it is wrong', (name, change) =>
    expect(() => depth(level(change))).toThrow(new RegExp(`^${name}: expected `)),
  );
  test('needs its columns', () =>
    expect(Object.values(ORDER_BOOK_DEPTH.columns).filter((one) => 'required' in one)).toHaveLength(6));
});

describe('a book', () => {
  const rows = (given: readonly object[]) => given.map((one) => depth(level(one)) as DepthRow);
  test('has the best five a side, whether levels count from 0 or 1', () => {
    const six = [5, 3, 1, 0, 2, 4].map((at) => ({ level: String(at), price: String(100 - at) }));
    expect(depthOf(rows(six))).toMatchObject({
      buy: [100, 99, 98, 97, 96].map((price) => ({ price })),
      sell: [],
    });
    expect(depthOf(rows(six.filter(({ level: at }) => at !== '0'))).buy[0]).toMatchObject({ price: 99 });
  });
  const applied = (clock: string, origin?: 'imported_sparse') => {
    const all = new Supplements();
    for (const row of rows([{}, { side: 'ask', price: '102' }])) all.addDepth(row);
    const snapshot = aSnapshot({ timestamp: at(clock) });
    return all.apply(origin === undefined ? snapshot : { ...snapshot, origin }).legs[0]!.depth;
  };
  test('goes to the leg of its symbol, not before its time and not long after', () => {
    expect(applied('12:34:59')).toBeUndefined();
    expect(applied('12:35:00')).toEqual({
      ...{ buy: [{ price: 101.5, quantity: 150 }], sell: [{ price: 102, quantity: 150 }] },
    });
    expect(applied('12:36:59')).toBeDefined();
    expect(applied('12:37:00')).toBeUndefined();
  });
  test('never goes to a sparse snapshot, which nothing is priced from', () =>
    expect(applied('12:35:00', 'imported_sparse')).toBeUndefined());
});
