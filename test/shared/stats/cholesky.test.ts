import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky } from '../../../shared/stats/cholesky.ts';
import { solveCholesky } from '../../../shared/stats/solve-cholesky.ts';

describe('cholesky', () => {
  it('factors a known matrix', () => {
    expect([...(cholesky([4, 2, 2, 2], 2) as Float64Array)]).toEqual([2, 0, 1, 1]);
  });

  it('is null for what is not positive definite', () => {
    expect(cholesky([1, 2, 2, 1], 2)).toBeNull();
    expect(cholesky([0], 1)).toBeNull();
    expect(cholesky([Number.NaN], 1)).toBeNull();
  });

  it('solves every positive definite system', () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true });
    const system = fc.tuple(
      fc.array(entry, { minLength: 9, maxLength: 9 }),
      fc.array(entry, { minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(system, ([a, x]) => {
        // A A' + I is positive definite for every A.
        const matrix = Array.from({ length: 9 }, (_, at) => {
          const [i, j] = [Math.floor(at / 3), at % 3];
          return [0, 1, 2].reduce((sum, k) => sum + a[i * 3 + k]! * a[j * 3 + k]!, i === j ? 1 : 0);
        });
        const right = [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, j) => sum + matrix[i * 3 + j]! * x[j]!, 0));
        const solved = solveCholesky(cholesky(matrix, 3) as Float64Array, right, 3);
        x.forEach((value, at) => {
          expect(solved[at]).toBeCloseTo(value, 8);
        });
      }),
    );
  });
});
