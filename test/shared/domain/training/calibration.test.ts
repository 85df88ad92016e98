import { describe, expect, it } from 'vitest';
import {
  calibrate,
  fitCalibration,
  IDENTITY,
  type ScoredRows,
} from '../../../../shared/domain/training/calibration.ts';
import { chooseCalibration } from '../../../../shared/domain/training/choose-calibration.ts';
import { logLoss } from '../../../../shared/stats/log-loss.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';

/** Rows whose classes follow softmax(score x scale + bias): what a calibration should find again. */
function rowsOf(count: number, scale: number, bias: readonly number[], seed: number): ScoredRows {
  const uniform = seededUniform(seed);
  const rawScores = Float64Array.from({ length: count * 3 }, () => 4 * uniform() - 2);
  const truth = calibrate(rawScores, { kind: 'vector', scale: [scale, scale, scale], bias });
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const draw = uniform();
    const sell = truth[row * 3] as number;
    return draw < sell ? 0 : draw < sell + (truth[row * 3 + 1] as number) ? 1 : 2;
  });
  return { rawScores, labels, weights: new Float64Array(count).fill(1) };
}

const lossOf = (rows: ScoredRows, kind: 'identity' | 'temperature' | 'vector') =>
  logLoss(calibrate(rows.rawScores, fitCalibration(rows, kind)), rows.labels, 3);

describe('fitCalibration', () => {
  it('finds a temperature again', () => {
    const { scale, bias } = fitCalibration(rowsOf(4_000, 0.4, [0, 0, 0], 1), 'temperature');
    expect(scale[0]).toBeCloseTo(0.4, 1);
    expect(scale).toEqual([scale[0], scale[0], scale[0]]);
    expect(bias).toEqual([0, 0, 0]);
  });

  it('finds scales and biases again, up to a common shift', () => {
    const { scale, bias } = fitCalibration(rowsOf(6_000, 0.7, [0.5, -0.5, 0], 2), 'vector');
    for (const value of scale) expect(Math.abs(value - 0.7)).toBeLessThan(0.1);
    expect(Math.abs((bias[0] as number) - (bias[1] as number) - 1)).toBeLessThan(0.15);
  });

  it('never fits worse than the simpler kind', () => {
    const rows = rowsOf(500, 0.5, [0.3, 0, -0.3], 3);
    expect(lossOf(rows, 'temperature')).toBeLessThanOrEqual(lossOf(rows, 'identity'));
    expect(lossOf(rows, 'vector')).toBeLessThanOrEqual(lossOf(rows, 'temperature') + 1e-6);
  });

  it('is the identity on nothing, and where scores point the wrong way', () => {
    expect(
      fitCalibration(
        { rawScores: new Float64Array(0), labels: new Int32Array(0), weights: new Float64Array(0) },
        'vector',
      ),
    ).toEqual(IDENTITY);
    expect(fitCalibration(rowsOf(2_000, -1, [0, 0, 0], 4), 'temperature')).toEqual(IDENTITY);
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

describe('chooseCalibration', () => {
  it('leaves good scores alone', () => {
    const folds = [1, 2, 3].map((seed) => rowsOf(300, 1, [0, 0, 0], seed));
    const { calibration, probabilities } = chooseCalibration(folds);
    expect(calibration.kind).not.toBe('vector');
    expect(probabilities).toHaveLength(900 * 3);
  });

  it('corrects biased scores, without looking ahead', () => {
    const folds = [1, 2, 3].map((seed) => rowsOf(600, 0.4, [0.8, -0.8, 0], seed));
    const { calibration, logLosses, probabilities } = chooseCalibration(folds);
    expect(calibration.kind).toBe('vector');
    expect(logLosses.vector).toBeLessThan(logLosses.identity);
    // The first fold has nothing before it.
    expect(probabilities.slice(0, 1_800)).toEqual(calibrate(folds[0]!.rawScores, IDENTITY));
    // A change in the last fold leaves the ones before it as they were.
    const other = chooseCalibration([folds[0]!, folds[1]!, rowsOf(600, 0.4, [0.8, -0.8, 0], 9)]);
    expect(other.probabilities.slice(0, 3_600)).toEqual(probabilities.slice(0, 3_600));
  });
});
