import { describe, expect, it } from 'vitest';
import { sessionMinutes } from '../../../../shared/domain/labels/session-minutes.ts';
import { trackerTargets } from '../../../../shared/domain/labels/tracker-target.ts';
import { tripleBarrier } from '../../../../shared/domain/labels/triple-barrier.ts';
import { labelInputs, nseRules } from '../../../factories/label-day.ts';

const day = (minutes = 375, seed = 1, isLost: (minute: number) => boolean = () => false) =>
  labelInputs({ minutes, seed, isLost });
const targetsOf = (rows: ReturnType<typeof day>) => {
  const targets = trackerTargets(sessionMinutes(rows, nseRules()));
  return rows.map((row, at) => ({ uid: row.uid, ...targets[at]! }));
};

describe("the tracker's target", () => {
  it('is its triple barrier where that is defined, and null where the tracker has a false 0', () => {
    const rows = day();
    const reference = tripleBarrier(rows.map((row) => row.underlyingPrice));
    const targets = targetsOf(rows).map(({ target }) => target);
    expect(targets.slice(60, 360)).toEqual(reference.labels.slice(60));
    expect(targets.slice(0, 60)).toEqual(Array(60).fill(null));
    expect(targets.slice(360)).toEqual(Array(15).fill(null));
    expect(reference.labels.slice(0, 60)).toEqual(Array(60).fill(0));
    expect(targetsOf(rows).map(({ volatility }) => volatility)).toEqual(reference.volatility);
  });

  it('counts minutes, not rows, over a gap', () => {
    const isLost = (minute: number) => minute >= 100 && minute < 105;
    const grid = day(150, 2).map((row, i) => (isLost(i) ? null : row.underlyingPrice));
    const reference = tripleBarrier(grid);
    const expected = new Map(reference.keptRows.map((row, i) => [`row-${row}`, reference.minutesToHit[i]]));
    const labelled = targetsOf(day(150, 2, isLost)).filter(({ target }) => target !== null);
    expect(labelled.length).toBeGreaterThan(60);
    for (const { uid, minutes_to_hit } of labelled) expect(minutes_to_hit, uid).toBe(expected.get(uid));
  });

  it('is null where most of the minutes it rests on are missing', () => {
    const everyFifth = targetsOf(day(375, 3, (minute) => minute % 5 !== 0));
    expect(everyFifth).toHaveLength(75);
    expect(everyFifth.every(({ target, volatility }) => target === null && volatility === null)).toBe(true);
    const everySecond = targetsOf(day(375, 3, (minute) => minute % 2 !== 0));
    expect(everySecond.filter(({ target }) => target !== null).length).toBeGreaterThan(100);
    const beforeGap = targetsOf(day(375, 3, (minute) => minute > 200 && minute < 240));
    expect(beforeGap.find(({ uid }) => uid === 'row-200')).toMatchObject({ target: null, barrier_hit: null });
    expect(beforeGap.find(({ uid }) => uid === 'row-200')!.volatility).not.toBeNull();
  });
});
