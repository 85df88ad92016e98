import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelInput, labelDay } from '../../../../shared/domain/labels/label-day.ts';
import { HORIZONS, LABEL_COLUMNS } from '../../../../shared/domain/labels/label-row.ts';
import { tripleBarrier } from '../../../../shared/domain/labels/triple-barrier.ts';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';
import { randomOf } from '../../../factories/session.ts';

/** A random walk from 09:15, one row a minute; `lost` minutes are left out. */
function aDay(minutes = 375, seed = 1, lost: (minute: number) => boolean = () => false): LabelInput[] {
  const random = randomOf(seed);
  let price = 26_000;
  return Array.from({ length: minutes }, (_, minute) => {
    price *= 1 + (random() - 0.5) * 0.002;
    return { uid: `row-${minute}`, timestampMs: istMs('2025-12-04', 555 + minute), underlyingPrice: price };
  }).filter((_, minute) => minute === 0 || !lost(minute));
}

const close = istMs('2025-12-04', 930);

describe('labelDay', () => {
  it('answers every row, in order, with every column', () => {
    const rows = aDay();
    const labels = labelDay(rows, { closeMs: close });
    expect(labels.map((label) => label.uid)).toEqual(rows.map((row) => row.uid));
    expect(labels[0]!.timestamp).toBe('2025-12-04T03:45:00.000Z');
    for (const label of labels) expect(Object.keys(label)).toEqual(['uid', 'timestamp', ...LABEL_COLUMNS]);
  });

  it("has the tracker's triple-barrier target where it is defined, and null where the tracker has a false 0", () => {
    const rows = aDay();
    const reference = tripleBarrier(rows.map((row) => row.underlyingPrice));
    const targets = labelDay(rows).map((label) => label.target);
    expect(targets.slice(60, 360)).toEqual(reference.labels.slice(60));
    expect(targets.slice(0, 60)).toEqual(Array(60).fill(null));
    expect(targets.slice(360)).toEqual(Array(15).fill(null));
    expect(reference.labels.slice(0, 60)).toEqual(Array(60).fill(0));
  });

  it('counts minutes, not rows, over a gap', () => {
    const rows = aDay(150, 2, (minute) => minute >= 100 && minute < 105);
    const grid = aDay(150, 2).map((row, i) => (i >= 100 && i < 105 ? null : row.underlyingPrice));
    const reference = tripleBarrier(grid);
    const expected = new Map(reference.keptRows.map((row, i) => [`row-${row}`, reference.minutesToHit[i]]));
    for (const label of labelDay(rows)) {
      if (label.target !== null) expect(label.minutes_to_hit, label.uid).toBe(expected.get(label.uid));
    }
    expect(labelDay(rows).some((label) => label.uid === 'row-97' && label.return_3 === null)).toBe(true);
  });

  it('has no target where most of the minutes it rests on are missing', () => {
    const everyFifth = labelDay(aDay(375, 3, (minute) => minute % 5 !== 0));
    expect(everyFifth).toHaveLength(75);
    expect(everyFifth.every((label) => label.target === null && label.volatility === null)).toBe(true);
    const everySecond = labelDay(aDay(375, 3, (minute) => minute % 2 !== 0));
    expect(everySecond.filter((label) => label.target !== null).length).toBeGreaterThan(100);
    const beforeGap = labelDay(aDay(375, 3, (minute) => minute > 200 && minute < 240));
    expect(beforeGap.find((label) => label.uid === 'row-200')).toMatchObject({
      target: null,
      barrier_hit: null,
    });
    expect(beforeGap.find((label) => label.uid === 'row-200')!.volatility).not.toBeNull();
  });

  it('labels nothing across the close, even when rows go on', () => {
    const rows = aDay(385);
    for (const label of labelDay(rows, { closeMs: close })) {
      const minute = Number(label.uid.slice(4));
      for (const horizon of HORIZONS) {
        expect(label[`return_${horizon}`] === null, `${label.uid} ${horizon}`).toBe(minute + horizon > 375);
      }
      if (minute > 375 - 15) expect(label.target).toBeNull();
    }
  });

  it('gives returns and directions that agree', () => {
    for (const label of labelDay(aDay())) {
      for (const horizon of HORIZONS) {
        const value = label[`return_${horizon}`];
        expect(label[`direction_${horizon}`]).toBe(value === null ? null : Math.sign(value));
      }
    }
  });

  it('looks no further than its horizon: prices after it change no label', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 150 }), (seed, cut) => {
        const rows = aDay(200, seed);
        const corrupted = rows.map((row, i) => (i <= cut + 30 ? row : { ...row, underlyingPrice: 1 }));
        expect(labelDay(corrupted).slice(0, cut + 1)).toEqual(labelDay(rows).slice(0, cut + 1));
      }),
      { numRuns: 30 },
    );
  });

  it('of no rows is empty', () => {
    expect(labelDay([])).toEqual([]);
  });

  it('of rows only after the close is all null', () => {
    const late = aDay(1).map((row) => ({ ...row, timestampMs: close + 60_000 }));
    expect(labelDay(late, { closeMs: close })).toMatchObject([
      { target: null, return_3: null, volatility: null },
    ]);
  });

  it('refuses two rows of one minute, rows out of order, and two sessions', () => {
    const [a, b] = aDay(2) as [LabelInput, LabelInput];
    expect(() => labelDay([a, { ...b, timestampMs: a.timestampMs + 5000 }])).toThrow(
      /expected one row a minute/,
    );
    expect(() => labelDay([b, a])).toThrow(RangeError);
    expect(() => labelDay([a, { ...b, timestampMs: b.timestampMs + 86_400_000 }])).toThrow(/one session/);
  });
});
