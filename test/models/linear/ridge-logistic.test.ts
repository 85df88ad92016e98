import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitDesign } from '../../../models/linear/fit-design.ts';
import { ridgeLogistic, type Terms } from '../../../models/linear/ridge-logistic.ts';
import { logSumExp } from '../../../shared/stats/log-sum-exp.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { toyClasses } from '../../factories/toy-classes.ts';

const WIDTH = 3;

function problemOf(rows: number, classes: number, seed: number): { data: Terms; point: Float64Array } {
  const uniform = seededUniform(seed);
  const weights = Float64Array.from({ length: rows }, () => uniform());
  return {
    data: {
      terms: Float64Array.from({ length: rows * WIDTH }, () => 2 * uniform() - 1),
      width: WIDTH,
      classes,
      labels: Int32Array.from({ length: rows }, () => Math.floor(classes * uniform())),
      weights,
    },
    point: Float64Array.from({ length: classes * (WIDTH + 1) }, () => 2 * uniform() - 1),
  };
}

/** By the book, row by row. */
function valueByHand({ terms, classes, labels, weights }: Terms, point: Float64Array, l2: number): number {
  let value = 0;
  labels.forEach((label, row) => {
    const scores = Float64Array.from({ length: classes }, (_, own) => {
      const at = own * (WIDTH + 1);
      const sum = [0, 1, 2].reduce(
        (total, term) => total + point[at + term]! * terms[row * WIDTH + term]!,
        0,
      );
      return sum + point[at + WIDTH]!;
    });
    value += weights[row]! * (logSumExp(scores) - scores[label]!);
  });
  const squares = point.reduce((sum, w, at) => sum + (at % (WIDTH + 1) === WIDTH ? 0 : w * w), 0);
  return value + (l2 / 2) * squares;
}

describe('the ridge problem', () => {
  it('has the value of its formula, and the gradient of its value', () => {
    // Rows are taken four at a time: the last ones may be fewer.
    const [rowsOf, classesOf] = [fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 3 })];
    fc.assert(
      fc.property(rowsOf, classesOf, fc.integer({ min: 1, max: 1e6 }), (rows, classes, seed) => {
        const { data, point } = problemOf(rows, classes, seed);
        const { value, gradient } = ridgeLogistic(data, 0.3).evaluate(point);
        expect(value).toBeCloseTo(valueByHand(data, point, 0.3), 10);
        const step = 1e-6;
        gradient.forEach((slope, at) => {
          const moved = (by: number) => valueByHand(data, point.with(at, point[at]! + by), 0.3);
          expect(slope).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 5);
        });
      }),
    );
  });
});

describe('the design of rows', () => {
  it('is learnt once for the same rows, and is the same for equal ones', () => {
    const rows = toyClasses(300, 1);
    expect(fitDesign(rows)).toBe(fitDesign(rows));
    const equal = toyClasses(300, 1);
    expect(fitDesign(equal)).not.toBe(fitDesign(rows));
    expect(fitDesign(equal)).toEqual(fitDesign(rows));
  });
});
