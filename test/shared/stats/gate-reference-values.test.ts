import { describe, expect, test } from 'vitest';
import { deflatedSharpe } from '../../../shared/stats/deflated-sharpe.ts';
import { expectedMaximum } from '../../../shared/stats/expected-maximum.ts';
import { minimumBacktestLengthYears } from '../../../shared/stats/minimum-backtest-length.ts';
import { minimumTrackRecordLength } from '../../../shared/stats/minimum-track-record-length.ts';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';
import { overfittingProbability } from '../../../shared/stats/overfitting-probability.ts';
import { probabilisticSharpe } from '../../../shared/stats/probabilistic-sharpe.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { nextDrawChances } from '../../../shared/stats/sequential-bootstrap.ts';

/**
 * Every row of the design's table of reference values, each twice: to all digits that the table prints, and to 1e-9
 * against the same formula computed with SciPy 1.17.1 (`scipy.stats.norm`). Folds and paths of combinatorial purged
 * cross-validation are held by test/shared/domain/training/combinatorial-folds.test.ts.
 */
function holds(value: number, printed: number, digits: number, scipy: number) {
  expect(Number(value.toFixed(digits))).toBe(printed);
  expect(Math.abs(value - scipy)).toBeLessThan(1e-9);
}

describe('reference values', () => {
  test('expected maximum of 100 standard normals', () =>
    holds(expectedMaximum(100), 2.53060289320168, 14, 2.5306028932016846));

  test('probabilistic Sharpe ratio', () => {
    const sample = { sharpe: 1.585 / Math.sqrt(12), periods: 24, skewness: -2.448, kurtosis: 10.164 };
    holds(probabilisticSharpe(sample, 0), 0.91323430688486, 14, 0.9132343068848602);
  });

  test.each([
    [100, 0.9003968344494, 13, 0.9003968344493903],
    [46, 0.9505017, 7, 0.9505017068755787],
  ])('deflated Sharpe ratio with %d trials', (trials, printed, digits, scipy) => {
    const sample = { sharpe: 2.5 / Math.sqrt(250), periods: 1250, skewness: -3, kurtosis: 10 };
    holds(deflatedSharpe(sample, trials, 0.5 / 250), printed, digits, scipy);
  });

  test.each([
    ['daily', 252, 0, 3, 2.731, 2.7309842751596634],
    ['weekly', 52, 0, 3, 2.8288, 2.828833586945237],
    ['monthly', 12, 0, 3, 3.2398, 3.239800696444647],
    ['daily, skewed', 252, -0.72, 5.78, 3.0063, 3.006254976822474],
    ['weekly, skewed', 52, -0.72, 5.78, 3.5138, 3.513751676933462],
    ['monthly, skewed', 12, -0.72, 5.78, 4.9913, 4.991258223875627],
  ])('minimum track record length in years, %s', (_name, periods, skewness, kurtosis, printed, scipy) => {
    const sample = { sharpe: 2 / Math.sqrt(periods), skewness, kurtosis };
    holds(minimumTrackRecordLength(sample, 1 / Math.sqrt(periods), 0.95) / periods, printed, 4, scipy);
  });

  test('minimum backtest length in years', () =>
    holds(minimumBacktestLengthYears(45, 1), 4.998, 3, 4.998087004443404));

  test('16 blocks are split in C(16, 8) ways', () => {
    const trials = [1, 2].map((trial) => Array.from({ length: 32 }, (_, at) => Math.sin(trial * at)));
    expect(overfittingProbability(trials, 16).splits).toBe(12_870);
  });

  test('sequential bootstrap: the next draw after the second of three labels', () => {
    const labels = [
      { start: 0, end: 3 },
      { start: 2, end: 4 },
      { start: 4, end: 6 },
    ];
    const chances = nextDrawChances(labels, [1]);
    for (const [at, fourteenths] of [5, 3, 6].entries()) {
      expect(Math.abs((chances[at] as number) - fourteenths / 14)).toBeLessThan(1e-9);
    }
  });
});

describe('controls of the probability of overfitting: 200 strategies, 1000 periods, 16 blocks', () => {
  const SETS = 12;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sets = Array.from({ length: SETS }, (_, set) => {
    const uniform = seededUniform(7919 * (set + 1));
    const normal = () => normalQuantile((Math.floor(uniform() * 1e6) + 0.5) / 1e6);
    return Array.from({ length: 200 }, () => Float64Array.from({ length: 1000 }, normal));
  });

  test('without an edge 0.476, with a deviation of 0.137 from set to set', () => {
    const found = sets.map((trials) => overfittingProbability(trials, 16).pbo);
    expect(Math.abs(mean(found) - 0.476)).toBeLessThan((3 * 0.137) / Math.sqrt(SETS));
    for (const pbo of found) expect(Math.abs(pbo - 0.476)).toBeLessThan(4 * 0.137);
  });
  test('with one planted edge 0.001 at most', () => {
    const planted = sets.map((trials) =>
      trials.map((trial, at) => (at === 17 ? trial.map((value) => value + 0.3) : trial)),
    );
    expect(mean(planted.map((trials) => overfittingProbability(trials, 16).pbo))).toBeLessThan(0.001);
  });
});
