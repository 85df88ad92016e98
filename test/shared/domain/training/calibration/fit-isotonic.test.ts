import { describe, expect, it } from 'vitest';
import { fitIsotonic } from '../../../../../shared/domain/training/calibration/fit-isotonic.ts';
import type { MonotoneMap } from '../../../../../shared/domain/training/calibration/monotone-map.ts';
import {
  calibrate,
  type ScoredRows,
  scaledScores,
} from '../../../../../shared/domain/training/calibration.ts';
import { affine, oneFold } from '../../../../factories/distorted-scores.ts';

const PLAIN = affine(1);

interface Level {
  /** Stated probability of HOLD, and of BUY given a move. */
  readonly hold: number;
  readonly buy: number;
  readonly label: number;
  readonly weight: number;
  readonly regime?: number;
}

/** One row a level. */
function rowsOf(levels: readonly Level[]): ScoredRows {
  return {
    rawScores: Float64Array.from(
      levels.flatMap(({ hold, buy }) => [
        Math.log((1 - hold) * (1 - buy)),
        Math.log(hold),
        Math.log((1 - hold) * buy),
      ]),
    ),
    labels: Int32Array.from(levels, ({ label }) => label),
    weights: Float64Array.from(levels, ({ weight }) => weight),
    regimes: {
      states: 2,
      chances: Float64Array.from(levels.flatMap(({ regime = 0 }) => (regime === 0 ? [1, 0] : [0, 1]))),
    },
  };
}

/** At each stated level, `share` of 100 rows hold; who moves goes to SELL or BUY in halves. */
const holdLevels = (shares: Readonly<Record<number, number>>): Level[] =>
  Object.entries(shares).flatMap(([stated, share]) =>
    [0, 1, 2].map((label) => ({
      hold: Number(stated),
      buy: 0.5,
      label,
      weight: label === 1 ? 100 * share : 50 * (1 - share),
    })),
  );

/** At each stated level, `share` of 100 moves are BUY. */
const moveLevels = (shares: Readonly<Record<number, number>>): Level[] =>
  Object.entries(shares).flatMap(([stated, share]) =>
    [0, 2].map((label) => ({
      hold: 0.5,
      buy: Number(stated),
      label,
      weight: 100 * (label === 2 ? share : 1 - share),
    })),
  );

const mapsOf = (levels: readonly Level[], states = 0) =>
  fitIsotonic(rowsOf(levels).rawScores, rowsOf(levels), states);

const expectMap = (map: MonotoneMap, knots: readonly (readonly [number, number])[]) => {
  expect(map.at).toHaveLength(knots.length);
  knots.forEach(([at, value], knot) => {
    expect(map.at[knot]).toBeCloseTo(at, 12);
    expect(map.values[knot]).toBeCloseTo(value, 12);
  });
};

describe('the map of HOLD', () => {
  it('pools what is out of order, by hand', () => {
    // 0.3 and 0.2 pool to 50 of 200 rows stated 0.35 on average; ten rows as stated, one undecided are added to each.
    const { hold } = mapsOf(holdLevels({ 0.2: 0.3, 0.5: 0.2, 0.8: 0.9 })).common;
    expectMap(hold, [
      [0.35, (50 + 3.5 + 0.5) / 211],
      [0.8, (90 + 8 + 0.5) / 111],
    ]);
  });

  it('is as sure as the rows that speak for it, never quite', () => {
    const sure = (weight: number) =>
      mapsOf([
        { hold: 0.1, buy: 0.5, label: 0, weight },
        { hold: 0.9, buy: 0.5, label: 1, weight },
      ]).common.hold.values;
    expect(sure(1)[1]).toBeCloseTo((1 + 9 + 0.5) / 12, 12);
    expect(sure(1_000)[1]).toBeCloseTo((1_000 + 9 + 0.5) / 1_011, 12);
    expect(sure(1e12)[1]).toBeLessThan(1);
    expect(sure(1e12)[0]).toBeGreaterThan(0);
  });

  it('pools levels that are too close for a slope', () => {
    const { hold } = mapsOf(holdLevels({ 0.5: 0.1, 0.500001: 0.9 })).common;
    expect(hold.at).toHaveLength(1);
    expect(hold.values[0]).toBeCloseTo((100 + 10 * 0.5000005 + 0.5) / 211, 6);
  });

  it('is a constant where nothing is known', () => {
    const { hold, direction } = mapsOf([]).common;
    expect(hold).toEqual({ at: [0.5], values: [0.5] });
    expect(direction).toEqual({ at: [0.5], values: [0.5] });
  });

  it('leaves rows without weight out', () => {
    const levels = holdLevels({ 0.2: 0.3, 0.8: 0.9 });
    const unweighted = [{ hold: 0.4, buy: 0.6, label: 1, weight: 0 }, ...levels];
    expect(mapsOf(unweighted)).toEqual(mapsOf(levels));
  });
});

describe('the map of the direction', () => {
  it('takes SELL and BUY as one: stated 0.7 and 0.3 are the same', () => {
    const { direction } = mapsOf(moveLevels({ 0.7: 0.8, 0.3: 0.4 })).common;
    // 80 of 100 and 60 of 100 were right.
    const right = (140 + 7 + 0.5) / 211;
    expectMap(direction, [
      [0.3, 1 - right],
      [0.5, 0.5],
      [0.7, right],
    ]);
  });

  it('learns no direction from a market that only rose', () => {
    const { direction } = mapsOf(moveLevels({ 0.8: 1, 0.2: 1 })).common;
    // Right above one half, wrong below: half of all.
    expectMap(direction, [
      [0.2, 1 - (100 + 8 * 1 + 0.5) / 211],
      [0.5, 0.5],
      [0.8, (100 + 8 * 1 + 0.5) / 211],
    ]);
  });

  it('says nothing where the direction was wrong more often than right', () => {
    expect(mapsOf(moveLevels({ 0.6: 0.1, 0.9: 0.3 })).common.direction).toEqual({ at: [0.5], values: [0.5] });
  });

  it('is not asked about rows that are torn', () => {
    const torn = [{ hold: 0.5, buy: 0.5, label: 2, weight: 100 }];
    expect(mapsOf([...torn, ...moveLevels({ 0.7: 0.8 })]).common.direction).toEqual(
      mapsOf(moveLevels({ 0.7: 0.8 })).common.direction,
    );
  });
});

describe('maps of regimes', () => {
  const wild = holdLevels({ 0.2: 0.1, 0.8: 0.4 }).map((level) => ({ ...level, regime: 1 }));

  it('are drawn to the common one as far as their rows are few', () => {
    const { common, regimes } = mapsOf([...holdLevels({ 0.2: 0.2, 0.8: 0.8 }), ...wild], 2);
    const share = 200 / 250;
    // The regime's own block: what came true, and ten rows of what is common there.
    const own = (40 + 10 * common.hold.values[1]! + 0.5) / 111;
    expect(regimes[1]!.hold.values.at(-1)).toBeCloseTo(
      share * own + (1 - share) * common.hold.values[1]!,
      12,
    );
    expect(regimes[0]!.hold.values.at(-1)).toBeGreaterThan(common.hold.values[1]!);
  });

  it('are the common one without rows', () => {
    const { common, regimes } = mapsOf(holdLevels({ 0.2: 0.2, 0.8: 0.8 }), 2);
    expect(regimes[1]).toEqual(common);
  });

  it('take none of rows whose regime model has other states', () => {
    const rows = rowsOf(wild);
    const { common, regimes } = fitIsotonic(rows.rawScores, rows, 3);
    for (const maps of regimes) expect(maps).toEqual(common);
  });
});

describe('isotonic maps of many rows', () => {
  const rows = oneFold({ sessions: 30, rowsPerSession: 50, seed: 4, truth: affine(0.6, 0.5) });
  const maps = fitIsotonic(rows.rawScores, rows, 4);

  it('ascend, within the open interval, knots apart', () => {
    for (const { hold, direction } of [maps.common, ...maps.regimes]) {
      for (const { at, values } of [hold, direction]) {
        expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
        values.forEach((value, knot) => {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(1);
          if (knot > 0) expect(value).toBeGreaterThanOrEqual(values[knot - 1]!);
        });
      }
    }
  });

  it('do not depend on the order of the rows', () => {
    const order = Array.from(rows.labels.keys()).reverse();
    const { states, chances } = rows.regimes!;
    const turned: ScoredRows = {
      rawScores: Float64Array.from(
        order.flatMap((row) => [...rows.rawScores.subarray(3 * row, 3 * row + 3)]),
      ),
      labels: Int32Array.from(order, (row) => rows.labels[row]!),
      weights: rows.weights,
      regimes: {
        states,
        chances: Float64Array.from(
          order.flatMap((row) => Array.from({ length: states }, (_, at) => chances[row * states + at]!)),
        ),
      },
    };
    expect(fitIsotonic(turned.rawScores, turned, 4)).toEqual(maps);
  });

  it('add up to what came true: the mean of what is stated is the share of HOLD', () => {
    const stated = calibrate(rows.rawScores, { ...PLAIN, isotonic: maps.common });
    const mean = rows.labels.reduce((sum, _, row) => sum + stated[3 * row + 1]!, 0) / rows.labels.length;
    const share = rows.labels.filter((label) => label === 1).length / rows.labels.length;
    expect(Math.abs(mean - share)).toBeLessThan(0.02);
    expect(scaledScores(rows.rawScores, PLAIN)).toEqual(rows.rawScores);
  });
});
