import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ladder } from '../../../../../shared/domain/features/chain-v3/ladder.ts';
import {
  oiMove,
  publicationsOf,
  spanOver,
} from '../../../../../shared/domain/features/chain-v3/publications.ts';
import { aLeg } from '../../../../factories/snapshot.ts';

type Oi = number | null | undefined;

/** A ladder leg of these open interests; undefined where the leg was absent. */
const legOf = (values: readonly Oi[]) => ({
  strike: 26_000,
  legs: values.map((oi) => (oi === undefined ? undefined : aLeg({ oi }))),
});
const ladder = (...calls: Oi[][]): Ladder => ({ calls: calls.map(legOf), puts: [], pairs: [] });
const minutesOf = (count: number) => Array.from({ length: count }, (_, i) => count - 1 - i);

describe('publications of open interest', () => {
  it('are the snapshots that first show a new value of any leg', () => {
    expect(publicationsOf(ladder([5, 5, 6, 6, 6, 7], [1, 1, 1, 1, 2, 2]), minutesOf(6))).toEqual([2, 4, 5]);
  });

  it('are not seen where a value was missing, nor in the first snapshot', () => {
    expect(publicationsOf(ladder([5, null, 6, undefined, 7]), minutesOf(5))).toEqual([]);
  });

  it('cannot be dated after a gap of more than 3 minutes', () => {
    expect(publicationsOf(ladder([5, 6, 7]), [7, 3, 0])).toEqual([2]);
  });
});

describe('the span of a change', () => {
  it.each<[string, number[], number[], number, object | null]>([
    ['goes from a publication to the last one', [3, 6, 9], minutesOf(12), 3, { from: 6, to: 9, minutes: 3 }],
    [
      'goes to the next publication that is old enough',
      [3, 6, 9],
      minutesOf(12),
      5,
      { from: 3, to: 9, minutes: 6 },
    ],
    [
      'starts at the snapshot in force where no publication is',
      [9],
      minutesOf(12),
      3,
      { from: 6, to: 9, minutes: 3 },
    ],
    ['bridges a gap', [1], [9, 2], 5, { from: 0, to: 1, minutes: 7 }],
    ['is none where the start is lost', [1], [14, 2], 1, null],
    ['is none before the window reaches back', [2], minutesOf(5), 3, null],
    ['is none without a publication', [], minutesOf(30), 3, null],
    ['is none when the last publication is more than 10 minutes old', [5], minutesOf(17), 3, null],
    ['is there when it is just 10 minutes old', [5], minutesOf(16), 3, { from: 2, to: 5, minutes: 3 }],
  ])('%s', (_, publications, ago, minutes, expected) => {
    expect(spanOver(publications, ago, minutes)).toEqual(expected);
  });

  it('is never shorter than asked, nor more than 10 minutes longer', () => {
    const window = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 61 })
      .map((ago) => ago.concat(0).sort((a, b) => b - a));
    fc.assert(
      fc.property(window, fc.integer({ min: 1, max: 40 }), fc.nat(), (ago, minutes, seed) => {
        const publications = ago.flatMap((_, at) => ((at * 7 + seed) % 3 === 0 ? at : []));
        const span = spanOver(publications, ago, minutes);
        if (span === null) return;
        expect(span.minutes).toBe(ago[span.from]! - ago[span.to]!);
        expect(span.minutes).toBeGreaterThanOrEqual(minutes);
        expect(span.minutes).toBeLessThanOrEqual(minutes + 10);
      }),
    );
  });
});

describe('the move of a side over a span', () => {
  it('adds up the legs known at both ends', () => {
    const side = [legOf([100, 130]), legOf([50, 40]), legOf([7, null]), legOf([undefined, 9]), legOf([5, 5])];
    expect(oiMove(side, { from: 0, to: 1, minutes: 3 })).toEqual({
      change: 20,
      size: 40,
      before: 155,
      rising: 1,
      falling: 1,
      legs: 3,
    });
  });
});
