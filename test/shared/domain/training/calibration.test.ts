import { describe, expect, it } from 'vitest';
import {
  type CalibrationKind,
  calibrate,
  IDENTITY,
  type ScoredRows,
} from '../../../../shared/domain/training/calibration.ts';
import { fitCalibration } from '../../../../shared/domain/training/fit-calibration.ts';
import { logLoss } from '../../../../shared/stats/log-loss.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';

const BIASED = 'platt';

/** Rows whose classes follow softmax(score x scale + bias): what a calibration should find again. */
function rowsOf(count: number, scale: number, bias: readonly number[], seed: number): ScoredRows {
  const uniform = seededUniform(seed);
  const rawScores = Float64Array.from({ length: count * 3 }, () => 4 * uniform() - 2);
  const truth = calibrate(rawScores, { scale: [scale, scale, scale], bias });
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const draw = uniform();
    const sell = truth[row * 3] as number;
    return draw < sell ? 0 : draw < sell + (truth[row * 3 + 1] as number) ? 1 : 2;
  });
  return { rawScores, labels, weights: new Float64Array(count).fill(1) };
}

const lossOf = (rows: ScoredRows, kind: CalibrationKind) =>
  logLoss(calibrate(rows.rawScores, fitCalibration(rows, kind)), rows.labels, 3);

describe('fitCalibration', () => {
  it('finds a temperature again', () => {
    const { scale, bias } = fitCalibration(rowsOf(4_000, 0.4, [0, 0, 0], 1), 'temperature');
    expect(scale[0]).toBeCloseTo(0.4, 1);
    expect(scale).toEqual([scale[0], scale[0], scale[0]]);
    expect(bias).toEqual([0, 0, 0]);
  });

  it('finds a temperature and the bias of HOLD again', () => {
    const { scale, bias } = fitCalibration(rowsOf(6_000, 0.7, [0, -0.8, 0], 2), BIASED);
    expect(Math.abs((scale[0] as number) - 0.7)).toBeLessThan(0.05);
    expect(Math.abs((bias[1] as number) + 0.8)).toBeLessThan(0.1);
  });

  it('takes no side: a market that went up leaves SELL and BUY alike', () => {
    const { bias } = fitCalibration(rowsOf(2_000, 1, [-1, 0, 1], 2), BIASED);
    expect(bias[0]).toBe(0);
    expect(bias[2]).toBe(0);
  });

  it('never fits worse than the simpler kind', () => {
    const rows = rowsOf(500, 0.5, [0, 0.5, 0], 3);
    expect(lossOf(rows, 'temperature')).toBeLessThanOrEqual(lossOf(rows, 'identity'));
    expect(lossOf(rows, BIASED)).toBeLessThanOrEqual(lossOf(rows, 'temperature') + 1e-6);
  });

  it('is the identity on nothing', () => {
    const nothing = {
      rawScores: new Float64Array(0),
      labels: new Int32Array(0),
      weights: new Float64Array(0),
    };
    expect(fitCalibration(nothing, BIASED)).toEqual(IDENTITY);
  });

  it('flattens scores that point the wrong way to the base rates, and keeps their order', () => {
    const rows = rowsOf(3_000, -0.3, [0, 0.9, 0], 4);
    expect(fitCalibration(rows, 'temperature')).toMatchObject({ scale: [0.05, 0.05, 0.05], bias: [0, 0, 0] });
    const { scale, bias } = fitCalibration(rows, BIASED);
    expect(scale).toEqual([0.05, 0.05, 0.05]);
    expect(bias[1]).toBeGreaterThan(0.5);
    const base = [0, 1, 2].map((own) => rows.labels.filter((label) => label === own).length / 3_000);
    const baseLoss = -base.reduce((sum, share) => sum + share * Math.log(share), 0);
    expect(lossOf(rows, BIASED)).toBeLessThan(baseLoss * 1.02);
  });

  it('weighs rows', () => {
    const sharp = rowsOf(1_000, 2, [0, 0, 0], 5);
    const flat = rowsOf(1_000, 0.3, [0, 0, 0], 6);
    const both = (heavy: number): ScoredRows => ({
      rawScores: Float64Array.of(...sharp.rawScores, ...flat.rawScores),
      labels: Int32Array.of(...sharp.labels, ...flat.labels),
      weights: Float64Array.from({ length: 2_000 }, (_, row) => (row < 1_000 ? heavy : 1)),
    });
    const sharper = fitCalibration(both(10), 'temperature').scale[0] as number;
    expect(sharper).toBeGreaterThan(fitCalibration(both(0.1), 'temperature').scale[0] as number);
  });
});
