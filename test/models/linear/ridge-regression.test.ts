import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ridgeRegression } from '../../../models/linear/ridge-regression.ts';

describe('ridgeRegression', () => {
  it('is the example', () => {
    const { weights, bias } = ridgeRegression(
      {
        terms: Float64Array.of(-1, 1),
        width: 1,
        amounts: Float64Array.of(2, 4),
        weights: Float64Array.of(0.5, 0.5),
      },
      3,
    );
    expect([...weights, bias]).toEqual([0.25, 3]);
  });

  it('stands where the gradient of its objective is nothing, whatever the rows', () => {
    const row = fc.tuple(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
    );
    const rows = fc.array(fc.tuple(row, fc.double({ min: -50, max: 50, noNaN: true })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, fc.double({ min: 0.01, max: 10, noNaN: true }), (given, l2) => {
        const count = given.length;
        const means = [0, 1].map((at) => given.reduce((sum, [own]) => sum + own[at]!, 0) / count);
        const terms = Float64Array.from(given.flatMap(([own]) => own.map((value, at) => value - means[at]!)));
        const amounts = Float64Array.from(given, ([, amount]) => amount);
        const shares = Float64Array.from(given, () => 1 / count);
        const { weights, bias } = ridgeRegression({ terms, width: 2, amounts, weights: shares }, l2);
        const residual = (at: number) =>
          bias + weights[0]! * terms[at * 2]! + weights[1]! * terms[at * 2 + 1]! - amounts[at]!;
        for (const column of [0, 1]) {
          const slope = given.reduce(
            (sum, _, at) => sum + (residual(at) * terms[at * 2 + column]!) / count,
            0,
          );
          expect(Math.abs(slope + l2 * weights[column]!)).toBeLessThan(1e-9);
        }
      }),
    );
  });
});
