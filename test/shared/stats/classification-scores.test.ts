import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderRoc } from '../../../shared/stats/area-under-roc.ts';
import { brierScore } from '../../../shared/stats/brier-score.ts';
import { confusionMatrix } from '../../../shared/stats/confusion-matrix.ts';
import { expectedCalibrationError } from '../../../shared/stats/expected-calibration-error.ts';
import { f1Scores } from '../../../shared/stats/f1-scores.ts';
import { logLoss } from '../../../shared/stats/log-loss.ts';
import { logSumExp } from '../../../shared/stats/log-sum-exp.ts';
import { softmaxRows } from '../../../shared/stats/softmax-rows.ts';

describe('logSumExp', () => {
  it('neither overflows nor underflows', () => {
    expect(logSumExp([0, 0])).toBe(Math.log(2));
    expect(logSumExp([1_000, 1_000])).toBeCloseTo(1_000 + Math.log(2), 12);
    expect(logSumExp([-1_000, -1_000])).toBeCloseTo(-1_000 + Math.log(2), 12);
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NaN, 1])).toBeNaN();
  });
});

describe('softmaxRows', () => {
  it('works row by row', () => {
    expect([...softmaxRows([0, 0, 5, 5], 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('sums to one and ignores a common shift', () => {
    const score = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { minLength: 3, maxLength: 3 }), score, (scores, shift) => {
        const p = softmaxRows(scores, 3);
        expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
        const shifted = softmaxRows(
          scores.map((value) => value + shift),
          3,
        );
        p.forEach((value, at) => {
          expect(shifted[at]).toBeCloseTo(value, 10);
        });
      }),
    );
  });
});

describe('logLoss', () => {
  it('is the mean surprise', () => {
    expect(logLoss([0.5, 0.5], [1], 2)).toBe(Math.log(2));
    expect(logLoss([0.9, 0.1, 0.2, 0.8], [0, 1], 2)).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8)) / 2, 15);
  });

  it('weighs rows, and only by their ratio', () => {
    const p = [0.9, 0.1, 0.2, 0.8];
    expect(logLoss(p, [0, 0], 2, [3, 1])).toBeCloseTo((-3 * Math.log(0.9) - Math.log(0.2)) / 4, 15);
    expect(logLoss(p, [0, 0], 2, [6, 2])).toBeCloseTo(logLoss(p, [0, 0], 2, [3, 1]), 15);
  });

  it('stays finite when the impossible happens, and is NaN on nothing', () => {
    expect(logLoss([0, 1], [0], 2)).toBeCloseTo(-Math.log(1e-15), 10);
    expect(logLoss([], [], 2)).toBeNaN();
  });
});

describe('brierScore', () => {
  it('runs from 0 for certainty that was right to 2 for certainty that was wrong', () => {
    expect(brierScore([1, 0, 0], [0], 3)).toBe(0);
    expect(brierScore([1, 0, 0], [1], 3)).toBe(2);
    expect(brierScore([0.5, 0.5, 0, 0, 0, 1], [0, 2], 3)).toBe(0.25);
  });
});

describe('expectedCalibrationError', () => {
  it('is the gap between what was said and what was right', () => {
    expect(expectedCalibrationError([0.8, 0.2], [0], 2)).toBeCloseTo(0.2, 15);
    const fourOfFive = Array.from({ length: 5 }, () => [0.8, 0.2]).flat();
    expect(expectedCalibrationError(fourOfFive, [0, 0, 0, 0, 1], 2)).toBeCloseTo(0, 12);
  });

  it('does not let bins make up for one another', () => {
    // 0.6 was always right, 0.8 never: gaps 0.4 and 0.8.
    expect(expectedCalibrationError([0.6, 0.4, 0.8, 0.2], [0, 1], 2)).toBeCloseTo(0.6, 12);
  });
});

describe('areaUnderRoc', () => {
  it('has the known value, half for ties, one and zero at the ends', () => {
    expect(areaUnderRoc([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBe(0.75);
    expect(areaUnderRoc([1, 1, 1], [true, false, true])).toBe(0.5);
    expect(areaUnderRoc([1, 2], [false, true])).toBe(1);
    expect(areaUnderRoc([1, 2], [true, false])).toBe(0);
  });

  it('is NaN when one kind is absent', () => {
    expect(areaUnderRoc([1, 2], [true, true])).toBeNaN();
  });

  it('equals the share of pairs in order', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
        const up = rows.filter(([, positive]) => positive);
        const down = rows.filter(([, positive]) => !positive);
        fc.pre(up.length > 0 && down.length > 0);
        const wins = up.flatMap(([a]) => down.map(([b]) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        const share = wins.reduce((sum, value) => sum + value, 0) / wins.length;
        expect(
          areaUnderRoc(
            rows.map(([score]) => score),
            rows.map(([, positive]) => positive),
          ),
        ).toBeCloseTo(share, 12);
      }),
    );
  });
});

describe('confusionMatrix and f1Scores', () => {
  it('count by true class, then predicted', () => {
    expect([...confusionMatrix([0, 1, 1], [0, 1, 0], 2)]).toEqual([1, 0, 1, 1]);
    expect(f1Scores([1, 0, 1, 1], 2)).toEqual([2 / 3, 2 / 3]);
  });

  it('give 0 to a class that never appears', () => {
    expect(f1Scores([2, 0, 0, 0, 1, 0, 0, 0, 0], 3)).toEqual([1, 1, 0]);
  });
});
