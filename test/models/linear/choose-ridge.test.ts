import { describe, expect, it } from 'vitest';
import { chooseRidge, RIDGES, type TermRows } from '../../../models/linear/choose-ridge.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const WIDTH = 12;
const ROWS = 60;

/**
 * Sessions whose columns stand nearly still, as those of a day do, and whose labels lean to one side for the day.
 * With an edge, the first column says something of the label minute by minute.
 */
function rowsOf(sessions: number, edge: number, seed: number): TermRows {
  const random = seededUniform(seed);
  const spread = () => 2 * random() - 1;
  const terms: number[] = [];
  const labels: number[] = [];
  for (let session = 0; session < sessions; session += 1) {
    const day = Array.from({ length: WIDTH }, () => 1.5 * spread());
    const trend = 0.6 * spread();
    for (let row = 0; row < ROWS; row += 1) {
      const signal = 1.7 * spread();
      terms.push(signal, ...day.slice(1));
      const pull = edge * signal + trend + spread();
      labels.push(pull > 0.4 ? 2 : pull < -0.4 ? 0 : 1);
    }
  }
  const count = labels.length;
  return {
    terms: Float64Array.from(terms),
    width: WIDTH,
    labels: Int32Array.from(labels),
    weights: new Float64Array(count).fill(1),
    sessions: Int32Array.from({ length: count }, (_, row) => Math.floor(row / ROWS)),
  };
}

const first = (rows: TermRows, sessions: number): TermRows => ({
  ...rows,
  terms: rows.terms.subarray(0, sessions * ROWS * WIDTH),
  labels: rows.labels.subarray(0, sessions * ROWS),
  weights: rows.weights.subarray(0, sessions * ROWS),
  sessions: rows.sessions.subarray(0, sessions * ROWS),
});

describe('the ridge of a linear model', () => {
  it.each([1, 2, 3])(
    'is strong where columns explain the days they were seen on alone, seed %i',
    async (seed) => {
      expect(await chooseRidge(rowsOf(8, 0, seed), null, {})).toBeGreaterThanOrEqual(10);
    },
  );

  it.each([1, 2, 3])('gives way to what holds in every session, seed %i', async (seed) => {
    const without = await chooseRidge(rowsOf(8, 0, seed), null, {});
    expect(await chooseRidge(rowsOf(8, 2, seed), null, {})).toBeLessThan(without);
  });

  it('is one fixed value while there are too few sessions to judge by', async () => {
    const rows = rowsOf(8, 2, 1);
    expect(await chooseRidge(first(rows, 3), null, {})).toBe(0.3);
    expect(await chooseRidge(first(rows, 2), first(rows, 1), {})).toBe(0.3);
    const weightless = { ...rows, weights: rows.weights.map((_, row) => (row < 2 * ROWS ? 1 : 0)) };
    expect(await chooseRidge(weightless, null, {})).toBe(0.3);
  });

  it('counts later sessions as judges, though nothing is fitted on them', async () => {
    const known = first(rowsOf(8, 2, 1), 3);
    // The same columns with sides exchanged: what was learnt is wrong there.
    const mirrored = { ...rowsOf(8, 2, 1), terms: rowsOf(8, 2, 1).terms.map((value) => -value) };
    const chosen = await chooseRidge(known, mirrored, {});
    expect(chosen).toBe(RIDGES[0]);
    expect(await chooseRidge(known, first(rowsOf(8, 2, 2), 5), {})).toBeLessThan(chosen);
  });

  it('is one of those that are given, and the path ends behind the best one', async () => {
    const rows = rowsOf(8, 2, 1);
    expect([10, 0.01]).toContain(await chooseRidge(rows, null, {}, [10, 0.01]));
    // Where columns mislead, each weaker ridge is worse: with the third one it is plain.
    const strong = await chooseRidge(rowsOf(8, 0, 1), null, {}, [1_000, 10, 1]);
    expect(await chooseRidge(rowsOf(8, 0, 1), null, {}, [1_000, 10, 1, 1e-9])).toBe(strong);
  });

  it('is the same for the same rows, and stops when it is no longer wanted', async () => {
    const rows = rowsOf(5, 1, 4);
    expect(await chooseRidge(rows, null, {})).toBe(await chooseRidge(rows, null, {}));
    const signal = AbortSignal.abort(new Error('no longer wanted'));
    await expect(chooseRidge(rows, null, { signal })).rejects.toThrow('no longer wanted');
  });
});
