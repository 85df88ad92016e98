import { describe, expect, it } from 'vitest';
import { smoothUnseen } from '../../../../shared/domain/training/smooth-unseen.ts';
import { softmaxRows } from '../../../../shared/stats/softmax-rows.ts';

describe('smoothUnseen', () => {
  const scores = Float64Array.of(0, -34, 0, 2, -34, -1);

  it('gives an unseen class the chance of one row more', () => {
    const smoothed = smoothUnseen(scores, new Set([0, 2]), 99);
    const p = softmaxRows(smoothed, 3);
    expect(p[1]).toBeCloseTo(0.01, 12);
    expect(p[4]).toBeCloseTo(0.01, 12);
    expect(p[0]).toBeCloseTo(0.495, 12);
    expect((p[3] as number) / (p[5] as number)).toBeCloseTo(Math.exp(3), 8);
  });

  it('leaves scores alone when every class was seen', () => {
    expect(smoothUnseen(scores, new Set([0, 1, 2]), 99)).toEqual(scores);
  });
});
