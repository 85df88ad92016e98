import fc from 'fast-check';
import { expect, it } from 'vitest';
import { areaUnderRoc } from '../../../shared/stats/area-under-roc.ts';
import { thresholdCurve } from '../../../shared/stats/threshold-curve.ts';

it('passes the points of a worked example, ties taken together', () => {
  expect(thresholdCurve([0.9, 0.4], [true, false], 10)).toEqual([
    { recall: 1, falsePositiveRate: 0, precision: 1 },
    { recall: 1, falsePositiveRate: 1, precision: 0.5 },
  ]);
  expect(thresholdCurve([0.5, 0.5, 0.1], [true, false, false], 10)).toEqual([
    { recall: 1, falsePositiveRate: 0.5, precision: 0.5 },
    { recall: 1, falsePositiveRate: 1, precision: expect.closeTo(1 / 3, 12) },
  ]);
});

it('has nothing to show when either kind is absent', () => {
  expect(thresholdCurve([0.5, 0.6], [true, true], 10)).toEqual([]);
  expect(thresholdCurve([], [], 10)).toEqual([]);
});

it('thins to at most as many points as asked for, keeping the end', () => {
  const scores = Array.from({ length: 1000 }, (_, at) => at);
  const points = thresholdCurve(
    scores,
    scores.map((at) => at % 3 === 0),
    50,
  );
  expect(points.length).toBeLessThanOrEqual(50);
  expect(points.at(-1)).toMatchObject({ recall: 1, falsePositiveRate: 1 });
});

it('encloses the area under the ROC curve, by another way of counting', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), {
    minLength: 2,
    maxLength: 60,
  });
  fc.assert(
    fc.property(pairs, (rows) => {
      const [scores, positive] = [rows.map(([score]) => score), rows.map(([, hit]) => hit)];
      fc.pre(positive.includes(true) && positive.includes(false));
      let [area, x, y] = [0, 0, 0];
      for (const { falsePositiveRate, recall } of thresholdCurve(scores, positive, 1e9)) {
        area += ((falsePositiveRate - x) * (recall + y)) / 2;
        [x, y] = [falsePositiveRate, recall];
      }
      expect(area).toBeCloseTo(areaUnderRoc(scores, positive), 10);
    }),
  );
});
