import { describe, expect, it } from 'vitest';
import {
  oiHistory,
  percentChange,
  priceSeries,
} from '../../../../../shared/domain/features/tracker-v2/series.ts';
import type { FeatureWindow } from '../../../../../shared/domain/features/window.ts';
import { MINUTE_MS } from '../../../../../shared/domain/market/indian-time.ts';
import { aLeg, aSnapshot } from '../../../../factories/snapshot.ts';
import { aWindow } from '../../../../factories/window.ts';

type Entry = { minute: number; price?: number; volume?: number | null; oi?: number | null | undefined };

/** A window of snapshots at the given minutes; an `oi` of undefined leaves the leg out. */
function windowAtMinutes(entries: readonly Entry[]): FeatureWindow {
  const start = Date.parse('2025-12-04T09:15:00+05:30');
  return aWindow({
    timestampsMs: entries.map(({ minute }) => start + minute * MINUTE_MS),
    snapshots: entries.map(({ price = 100, volume = 0, oi }) => ({
      ...aSnapshot({ underlying_price: price, underlying_volume: volume }),
      legs: [
        aLeg({ symbol: 'OTHER', strike: 1 }),
        ...(oi === undefined ? [] : [aLeg({ symbol: 'LEG', oi })]),
      ],
    })),
  });
}

const series = (entries: readonly Entry[]) => priceSeries(windowAtMinutes(entries));
const history = (entries: readonly Entry[], hint = 1) => oiHistory(windowAtMinutes(entries), 'LEG', hint);

describe('the minute series of the underlying', () => {
  it('repeats price and volume over missing minutes', () => {
    const { prices, volumes, lengthMinutes } = series([
      { minute: 0, price: 10, volume: 7 },
      { minute: 3, price: 13, volume: 8 },
    ]);
    expect([prices, volumes, lengthMinutes]).toEqual([[10, 10, 10, 13], [7, 7, 7, 8], 4]);
  });

  it('leaves a night open: minutes inside have the last price and no volume, and the list does not hold them', () => {
    const { listPrices, prices, volumes, lengthMinutes } = series([
      { minute: 0, price: 10, volume: 7 },
      { minute: 120, price: 20, volume: 8 },
    ]);
    expect(lengthMinutes).toBe(121);
    expect(listPrices).toEqual([10, 20]);
    expect(prices).toEqual([...Array(30).fill(10), 20]);
    expect(volumes).toEqual([...Array(30).fill(0), 8]);
  });

  it('of a gap of 119 minutes keeps the newest 40', () => {
    const { listPrices, lengthMinutes } = series([
      { minute: 0, price: 10 },
      { minute: 119, price: 20 },
    ]);
    expect(listPrices).toEqual([...Array(39).fill(10), 20]);
    expect(lengthMinutes).toBe(40);
  });

  it('lets a second snapshot of a minute overwrite what it knows', () => {
    const { prices, volumes } = series([
      { minute: 0, price: 10, volume: 7 },
      { minute: 0.5, price: 11, volume: null },
      { minute: 1, price: 12, volume: 9 },
    ]);
    expect([prices, volumes]).toEqual([
      [11, 12],
      [7, 9],
    ]);
  });

  it('counts a missing volume as 0', () => {
    expect(series([{ minute: 0, volume: null }]).volumes).toEqual([0]);
  });
});

describe('the open-interest history of a leg', () => {
  it('is newest first, and fills minutes in which the leg was absent', () => {
    expect(history([{ minute: 0, oi: 5 }, { minute: 1 }, { minute: 2 }, { minute: 3, oi: 8 }])).toEqual([
      8, 5, 5, 5,
    ]);
  });

  it('does not carry a missing value forward', () => {
    expect(
      history([
        { minute: 0, oi: 5 },
        { minute: 1, oi: null },
        { minute: 2, oi: 8 },
      ]),
    ).toEqual([8, Number.NaN, 5]);
  });

  it('steps over a night by index', () => {
    expect(
      history([
        { minute: 0, oi: 5 },
        { minute: 1000, oi: 8 },
      ]),
    ).toEqual([8, 5]);
  });

  it('within a minute takes the newest known value, also for the minutes filled from it', () => {
    const entries = [
      { minute: 0, oi: 4 },
      { minute: 0.5, oi: null },
      { minute: 3, oi: 8 },
    ];
    expect(history(entries)).toEqual([8, 4, 4, 4]);
    expect(
      history([
        { minute: 0, oi: 4 },
        { minute: 0.5, oi: 6 },
      ]),
    ).toEqual([6]);
  });

  it('holds at most 11 entries and finds the leg wherever it stands', () => {
    const entries = Array.from({ length: 20 }, (_, minute) => ({ minute, oi: minute }));
    expect(history(entries)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9]);
    expect(history(entries, 0)).toEqual(history(entries, 1));
  });
});

describe('percentChange', () => {
  it.each<[string, number[], number, number]>([
    ['a plain change', [110, 105, 102, 100], 3, 10],
    ['a list that is too short', [110, 105, 102], 3, Number.NaN],
    ['a missing newest value', [Number.NaN, 1, 1, 100], 3, Number.NaN],
    ['a missing older value', [110, 1, 1, Number.NaN], 3, Number.NaN],
    ['from zero', [110, 1, 1, 0], 3, Number.POSITIVE_INFINITY],
    ['zero to zero', [0, 1, 1, 0], 3, 0],
    ['missing after zero', [Number.NaN, 1, 1, 0], 3, Number.NaN],
    ['to zero', [0, 1, 1, 100], 3, -100],
  ])('%s', (_, entries, back, expected) => {
    expect(percentChange(entries, back)).toBe(expected);
  });
});
