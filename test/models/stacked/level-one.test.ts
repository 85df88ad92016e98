import { describe, expect, it } from 'vitest';
import { equalShares, fitLevelOne } from '../../../models/stacked/level-one.ts';
import type { OutOfFold } from '../../../models/stacked/out-of-fold.ts';
import { combined } from '../../../models/stacked/stack.ts';
import { logSumExp } from '../../../shared/stats/log-sum-exp.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const PER_SESSION = 60;

/** A member that knows the chances, times `sure`, and one that says anything. */
function rowsOf(sessions: number, sure: number, seed: number): OutOfFold {
  const uniform = seededUniform(seed);
  const rows = sessions * PER_SESSION;
  const knowing = Float64Array.from({ length: rows * 3 }, () => 4 * (uniform() - 0.5));
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const own = knowing.subarray(row * 3, row * 3 + 3);
    const total = logSumExp(own);
    let left = uniform();
    const found = own.findIndex((score) => {
      left -= Math.exp(score - total);
      return left < 0;
    });
    return Math.max(0, found);
  });
  return {
    labels,
    weights: Float64Array.from({ length: rows }, () => 0.5 + uniform()),
    sessions: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / PER_SESSION)),
    scores: [
      knowing.map((score) => sure * score),
      Float64Array.from({ length: rows * 3 }, () => 4 * (uniform() - 0.5)),
    ],
  };
}

const CLASSES = [0, 1, 2];

describe('level 1 of a stack', () => {
  it.each([0.5, 1, 3])('believes who knows and not who says anything, sure by %d', async (sure) => {
    const { weights, l2 } = await fitLevelOne(rowsOf(20, sure, 1), CLASSES, {});
    expect(l2).toBeLessThan(0.1);
    for (const own of CLASSES) {
      const row = weights.subarray(own * 6, own * 6 + 6);
      const other = row[(own + 1) % 3]!;
      // The truth is the score itself: a distance of 1 between a class and another.
      expect((row[own]! - other) * sure).toBeCloseTo(1, 0);
      for (const stray of row.subarray(3)) expect(Math.abs(stray)).toBeLessThan(0.15);
    }
  });

  it('is the optimum of the ridge problem: the same whatever is added to all classes of a member', async () => {
    const rows = rowsOf(8, 1, 2);
    const lifted = rows.scores.map((scores) => scores.map((score, at) => score + Math.floor(at / 3) / 7));
    const plain = await fitLevelOne(rows, CLASSES, {});
    const other = await fitLevelOne({ ...rows, scores: lifted }, CLASSES, {});
    expect(other.l2).toBe(plain.l2);
    other.weights.forEach((weight, at) => {
      expect(weight).toBeCloseTo(plain.weights[at]!, 6);
    });
  });

  it('knows nothing of base rates but the training rows when members say nothing', async () => {
    const rows = rowsOf(8, 1, 3);
    const mute = { ...rows, scores: rows.scores.map((scores) => scores.map(() => 0)) };
    const { weights, bias } = await fitLevelOne(mute, CLASSES, {});
    expect(weights.every((weight) => weight === 0)).toBe(true);
    const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
    const norm = logSumExp(bias);
    for (const own of CLASSES) {
      const share = rows.weights.reduce((sum, w, row) => sum + (rows.labels[row] === own ? w : 0), 0) / total;
      expect(Math.exp(bias[own]! - norm)).toBeCloseTo(share, 6);
    }
  });

  it('counts members alike with fewer than four scored sessions, or a class that none of the rows has', async () => {
    const alike = { ...equalShares(2), l2: null };
    expect(await fitLevelOne(rowsOf(3, 1, 4), CLASSES, {})).toEqual(alike);
    const rows = rowsOf(6, 1, 4);
    const without = { ...rows, labels: rows.labels.map((label) => Math.min(1, label)) };
    expect(await fitLevelOne(without, CLASSES, {})).toEqual(alike);
  });

  it('leaves a class that nobody has seen next to no chance', async () => {
    const rows = rowsOf(8, 1, 5);
    const labels = rows.labels.map((label) => (label === 1 ? 2 : label));
    const scores = rows.scores.map((member) => member.map((score, at) => (at % 3 === 1 ? -34 : score)));
    const { weights, bias } = await fitLevelOne({ ...rows, labels, scores }, [0, 2], {});
    const asked = (lean: number) =>
      combined({ weights, bias }, [Float64Array.of(lean, -34, -lean), Float64Array.of(0, -34, 0)]);
    const [up, down] = [asked(1), asked(-1)];
    expect(up[1]).toBeCloseTo(Math.log(1e-15), 12);
    expect(up[0]! - up[2]!).toBeGreaterThan(down[0]! - down[2]! + 1);
    expect(Math.min(up[0]!, up[2]!)).toBeGreaterThan(-10);
  });

  it('stops when it is no longer wanted', async () => {
    const signal = AbortSignal.abort(new Error('no longer wanted'));
    await expect(fitLevelOne(rowsOf(8, 1, 6), CLASSES, { signal })).rejects.toThrow('no longer wanted');
  });
});

describe('equal shares', () => {
  it('are the mean of the members scores', () => {
    const scores = [Float64Array.of(1, 2, 3, 0, 0, 6), Float64Array.of(3, 2, -1, 1, 2, 0)];
    expect([...combined(equalShares(2), scores)]).toEqual([2, 2, 1, 0.5, 1, 3]);
  });
});
