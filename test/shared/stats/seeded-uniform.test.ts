import { describe, expect, it } from 'vitest';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const take = (seed: number, count: number) => {
  const next = seededUniform(seed);
  return Array.from({ length: count }, next);
};

describe('seededUniform', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    expect(take(7, 100)).toEqual(take(7, 100));
    expect(take(7, 4)).not.toEqual(take(8, 4));
    expect(take(0, 4)).not.toEqual([0, 0, 0, 0]);
  });

  it('is uniform on [0, 1)', () => {
    const values = take(3, 20_000);
    const bins = new Array<number>(10).fill(0);
    for (const value of values) bins[Math.floor(value * 10)]! += 1;
    expect(bins).toHaveLength(10);
    for (const count of bins) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it('keeps its stream from one release to the next', () => {
    expect(take(7, 3)).toMatchInlineSnapshot(`
      [
        0.04900959390215576,
        0.16556235309690237,
        0.9298532083630562,
      ]
    `);
  });
});
