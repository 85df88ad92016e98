import { describe, expect, it } from 'vitest';
import { sessionTargets } from '../../../../shared/domain/labels/session-target.ts';
import { sessionVolatility } from '../../../../shared/domain/labels/session-volatility.ts';
import { CLOSE_MINUTE, OPEN_MINUTE, SESSION_MINUTES } from '../../../factories/label-day.ts';
import { gaussianWalk, minutesOf } from '../../../factories/session-minutes.ts';

const ROW = 60;
/** An hour of a random walk, then `after` in volatilities of 15 minutes from the price at the row; null is no row. */
const pathOf = (after: readonly (number | null)[], wanted = 15) => {
  const before = gaussianWalk(ROW + 1, 0.0002, 3);
  const barrier = sessionVolatility(minutesOf(before))[ROW]! * Math.sqrt(15);
  const price = before[ROW]!;
  const padded = [...after, ...Array<number>(Math.max(0, wanted - after.length)).fill(0)];
  return [...before, ...padded.map((moved) => (moved === null ? null : price * Math.exp(moved * barrier)))];
};
const at60 = (after: readonly (number | null)[], wanted = 15) => {
  const { target, barrier_hit, minutes_to_hit } = sessionTargets(minutesOf(pathOf(after, wanted)))[ROW]!;
  return [target, barrier_hit, minutes_to_hit];
};
const UNKNOWN = [null, null, null];

describe('the corrected triple barrier', () => {
  it('says which barrier is met first, and when', () => {
    expect(at60([0.5, 1.01, -2])).toEqual([1, 'upper', 2]);
    expect(at60([-1.01, 2])).toEqual([-1, 'lower', 1]);
    expect(at60([0.99, -0.99])).toEqual([0, 'time', 15]);
    expect(at60([...Array(14).fill(0.9), 1.01])).toEqual([1, 'upper', 15]);
    expect(at60([...Array(15).fill(0.9), 1.01])).toEqual([0, 'time', 15]);
  });

  it('has barriers that lie the same way up and down in log price', () => {
    const mirrored = (path: (number | null)[]) => path.map((price) => price && 26_000 ** 2 / price);
    const path = [...gaussianWalk(SESSION_MINUTES, 0.0002, 9)];
    const targets = sessionTargets(minutesOf(path)).map(({ target }) => target);
    const turned = sessionTargets(minutesOf(mirrored(path))).map(({ target }) => target);
    expect(turned).toEqual(targets.map((target) => (target === null ? null : 0 - target)));
    expect(new Set(targets)).toEqual(new Set([null, -1, 0, 1]));
  });

  it('is null where the horizon is cut off by the end of the data, whether a barrier was met or not', () => {
    expect(at60([0], 14)).toEqual([0, 'time', 15]);
    expect(at60([0], 13)).toEqual(UNKNOWN);
    expect(at60([1.5], 13)).toEqual(UNKNOWN);
  });

  it('is null over two missing minutes in a row, met before or not, and not over one', () => {
    expect(at60([0, null, 1.5])).toEqual([1, 'upper', 3]);
    expect(at60([0, null, null, 1.5])).toEqual(UNKNOWN);
    expect(at60([1.5, 0, 0, null, null])).toEqual(UNKNOWN);
    expect(at60([1.5, ...Array(12).fill(0), 0, null])).toEqual([1, 'upper', 1]);
    expect(at60([1.5, ...Array(12).fill(0), null, null])).toEqual(UNKNOWN);
  });

  it('reaches the close and not beyond it', () => {
    const targets = sessionTargets(minutesOf(gaussianWalk(SESSION_MINUTES + 20, 0.0002)));
    const last = CLOSE_MINUTE - OPEN_MINUTE - 15;
    expect(targets[last]!.target).not.toBeNull();
    expect(targets.slice(last + 1).every(({ target }) => target === null)).toBe(true);
    expect(targets[SESSION_MINUTES - 1]!.volatility).not.toBeNull();
    expect(targets[SESSION_MINUTES]!.volatility).toBeNull();
  });

  it('is met about as often as a random walk meets it, on both sides', () => {
    const targets = Array.from({ length: 30 }, (_, seed) =>
      sessionTargets(minutesOf(gaussianWalk(SESSION_MINUTES, 0.0002, seed))),
    ).flatMap((session) => session.flatMap(({ target }) => target ?? []));
    const share = (side: number) => targets.filter((target) => target === side).length / targets.length;
    expect(share(0)).toBeGreaterThan(0.4);
    expect(share(0)).toBeLessThan(0.55);
    expect(Math.abs(share(1) - share(-1))).toBeLessThan(0.08);
  });
});
