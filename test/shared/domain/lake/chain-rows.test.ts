import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainTable, rawTable, snapshotsOf } from '../../../../shared/domain/lake/chain-rows.ts';
import { column } from '../../../../shared/domain/lake/column-table.ts';
import { sortLegs } from '../../../../shared/domain/market/identity.ts';
import { MACRO_KEYS, ORIGINS, type StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aLeg, aStoredSnapshot } from '../../../factories/snapshot.ts';

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const price = orNull(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
const units = orNull(fc.maxSafeNat());
const time = fc
  .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) })
  .map((ms) => new Date(ms).toISOString());
const levels = fc.array(fc.record({ price: fc.integer({ min: 0, max: 1e6 }), quantity: fc.maxSafeNat() }), {
  maxLength: 5,
});
const legs = fc.uniqueArray(
  fc
    .record({
      symbol: fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
      strike: fc.double({ min: 0.5, max: 1e6, noNaN: true }),
      option_type: fc.constantFrom('CE' as const, 'PE' as const),
      ltp: price,
      oi: units,
      volume: units,
      iv: price,
      best_bid: price,
      best_ask: price,
      bid_quantity: units,
      ask_quantity: units,
      depth: fc.option(fc.record({ buy: levels, sell: levels }), { nil: undefined }),
    })
    .map(({ depth, ...leg }) => (depth === undefined ? leg : { ...leg, depth })),
  { minLength: 1, maxLength: 6, selector: (leg) => `${leg.strike}${leg.option_type}` },
);
const macroValue = fc.oneof(
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.record({ value: fc.integer(), as_of: time, source: fc.string() }),
);
const macro = orNull(fc.record(Object.fromEntries(MACRO_KEYS.map((key) => [key, macroValue]))));

const snapshots: fc.Arbitrary<StoredSnapshot[]> = fc.uniqueArray(
  fc
    .record({
      schema: fc.constant(1 as const),
      snapshot_id: fc.stringMatching(/^[0-9a-f]{32}$/),
      exchange: fc.constantFrom('NSE' as const, 'BSE' as const),
      timestamp: time,
      received_at: time,
      recorded_at: time,
      sequence: fc.option(fc.nat(), { nil: undefined }),
      expiry: fc.constantFrom('2025-12-09', '2026-01-27'),
      underlying_price: fc.double({ min: 1, max: 1e6, noNaN: true }),
      underlying_volume: units,
      atm_strike: fc.constantFrom(26_000, 26_050.5),
      future_price: price,
      future_oi: units,
      vix: price,
      macro,
      legs,
      origin: fc.option(fc.constantFrom(...ORIGINS), { nil: undefined }),
    })
    .map(({ sequence, origin, ...rest }) => ({
      ...rest,
      ...(sequence === undefined ? {} : { sequence }),
      ...(origin === undefined ? {} : { origin }),
    })),
  { maxLength: 5, selector: ({ snapshot_id }) => snapshot_id },
) as fc.Arbitrary<StoredSnapshot[]>;

describe('rawTable and snapshotsOf', () => {
  it('are inverses, whatever is missing', () => {
    fc.assert(
      fc.property(snapshots, (given) => {
        expect(snapshotsOf(rawTable(given))).toEqual(
          given.map((snapshot) => ({ ...snapshot, revised: false })),
        );
      }),
    );
  });

  it('read files of before there were origin and depth', () => {
    const { rows, columns } = rawTable([aStoredSnapshot()]);
    const old = columns.filter(({ name }) => name !== 'origin' && name !== 'depth');
    expect(old).toHaveLength(columns.length - 2);
    expect(snapshotsOf({ rows, columns: old })).toEqual([{ ...aStoredSnapshot(), revised: false }]);
    const broken = old.filter(({ name }) => name !== 'vix');
    expect(() => snapshotsOf({ rows, columns: broken })).toThrow('was vix');
  });

  it('write the moment, in whatever zone it was given', () => {
    const table = rawTable([{ ...aStoredSnapshot(), timestamp: '2025-12-04T12:35:00+05:30' }]);
    expect(new Set(column(table, 'timestamp'))).toEqual(new Set([Date.UTC(2025, 11, 4, 7, 5)]));
    expect(snapshotsOf(table)[0]?.timestamp).toBe('2025-12-04T07:05:00.000Z');
  });

  it('write one row per leg with where it stands and how long it lives', () => {
    const strikes = [26_000, 26_050, 26_100].map((strike) => aLeg({ strike }));
    const table = rawTable([aStoredSnapshot({ legs: strikes })]);
    expect(table.rows).toBe(3);
    expect(table.columns.map(({ values }) => values.length)).toEqual(table.columns.map(() => 3));
    expect(column(table, 'moneyness')).toEqual(['ITM', 'ATM', 'OTM']);
    // Five days less 2:55 hours, 12:35 to 15:30.
    expect(column(table, 'time_to_expiry_seconds')[0]).toBe(5 * 86_400 + 175 * 60);
  });

  it('give an empty table for no snapshots, and back', () => {
    expect(rawTable([]).rows).toBe(0);
    expect(snapshotsOf(rawTable([]))).toEqual([]);
  });

  it('name the column that a table does not have', () => {
    for (const name of ['snapshot_id', 'oi', 'vix']) {
      const table = rawTable([aStoredSnapshot()]);
      const columns = table.columns.filter((one) => one.name !== name);
      expect(() => snapshotsOf({ ...table, columns })).toThrow(new RegExp(`was ${name}$`));
    }
  });
});

describe('chainTable', () => {
  const flagged = fc
    .tuple(snapshots, fc.infiniteStream(fc.boolean()))
    .map(([given, flags]) =>
      given.map((snapshot) => ({ ...snapshot, revised: flags.next().value as boolean })),
    );

  it('sorts by time, legs by strike and type, and keeps the flags', () => {
    fc.assert(
      fc.property(flagged, (given) => {
        const back = snapshotsOf(chainTable(given));
        const byTime = given.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
        expect(back).toEqual(byTime.map((snapshot) => ({ ...snapshot, legs: sortLegs(snapshot.legs) })));
      }),
    );
  });

  it('leaves its input as it was', () => {
    const legs = [aLeg({ strike: 26_100 }), aLeg({ strike: 26_000 })];
    const given = [{ ...aStoredSnapshot({ legs }), revised: true }];
    chainTable(given);
    expect(given[0]?.legs).toEqual(legs);
  });
});
