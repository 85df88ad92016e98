import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regimeWeights } from '../../../../../shared/domain/training/calibration/regime-weights.ts';

const weightsOf = (...chances: number[]) => [
  ...regimeWeights({ states: chances.length, chances }, 1, chances.length),
];

describe('regimeWeights', () => {
  it('are the chances, and what they leave of 1', () => {
    expect(weightsOf(0.25, 0.75)).toEqual([0.25, 0.75, 0]);
    expect(weightsOf(0.5, 0.25)).toEqual([0.5, 0.25, 0.25]);
    expect(weightsOf(1)).toEqual([1, 0]);
  });

  it('make something of anything', () => {
    expect(weightsOf(Number.NaN, 0.25)).toEqual([0, 0.25, 0.75]);
    expect(weightsOf(-3, 0.5)).toEqual([0, 0.5, 0.5]);
    expect(weightsOf(3e38, 1)).toEqual([0.5, 0.5, 0]);
    expect(weightsOf(Number.NaN, -0)).toEqual([0, 0, 1]);
  });

  it('give the common part all of a row without a regime, or of a regime with other states', () => {
    expect([...regimeWeights(undefined, 2, 2)]).toEqual([0, 0, 1, 0, 0, 1]);
    expect([...regimeWeights({ states: 3, chances: [1, 0, 0] }, 1, 2)]).toEqual([0, 0, 1]);
    expect([...regimeWeights({ states: 3, chances: [1, 0, 0] }, 1, 0)]).toEqual([1]);
  });

  it('sum to 1, none below 0, and move as little as the chances do', () => {
    const chance = fc.double({ min: -0.5, max: 1.5 });
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 5 }), (chances) => {
        const weights = weightsOf(...chances);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        const nudged = weightsOf(...chances.map((value) => value + 1e-9));
        nudged.forEach((weight, at) => {
          expect(Math.abs(weight - weights[at]!)).toBeLessThan(1e-7);
        });
      }),
    );
  });
});
