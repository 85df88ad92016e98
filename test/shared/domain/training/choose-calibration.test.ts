import { describe, expect, it } from 'vitest';
import {
  CALIBRATION_KINDS,
  type CalibrationKind,
  calibrate,
  IDENTITY,
} from '../../../../shared/domain/training/calibration.ts';
import { chooseCalibration } from '../../../../shared/domain/training/choose-calibration.ts';
import { fitCalibration } from '../../../../shared/domain/training/fit-calibration.ts';
import { affine, type Distorted, distortedScores } from '../../../factories/distorted-scores.ts';

const SMALL = { sessions: 8, rowsPerSession: 26, folds: 4 };
const LARGE = { sessions: 60, rowsPerSession: 40, folds: 4 };

const chosenKind = (shape: Distorted): CalibrationKind =>
  chooseCalibration(distortedScores(shape)).calibration.kind;

/** How often each kind is chosen in so many runs. */
function choices(runs: number, shape: Omit<Distorted, 'seed'>): Record<CalibrationKind, number> {
  const counts = Object.fromEntries(CALIBRATION_KINDS.map((kind) => [kind, 0]));
  for (let seed = 1; seed <= runs; seed += 1) counts[chosenKind({ ...shape, seed })]! += 1;
  return counts as Record<CalibrationKind, number>;
}

const complex = (counts: Record<CalibrationKind, number>): number =>
  counts.isotonic + counts['platt per regime'] + counts['isotonic per regime'];

describe('the choice of a calibration, on noise', () => {
  it('leaves scores that are right alone', () => {
    expect(chosenKind({ ...LARGE, seed: 1, truth: affine(1) })).toBe('identity');
    const counts = choices(60, { ...SMALL, truth: affine(1) });
    expect(counts.identity).toBeGreaterThan(48);
    expect(complex(counts)).toBe(0);
  });

  it('takes no map or regime for the whims of sessions', () => {
    const counts = choices(60, { ...SMALL, truth: affine(1), sessionSpread: 0.4 });
    expect(complex(counts)).toBeLessThanOrEqual(1);
    const more = choices(15, { ...LARGE, truth: affine(1), sessionSpread: 0.4 });
    expect(complex(more)).toBeLessThanOrEqual(1);
  });

  it('flattens scores that say nothing, by the simplest means that do', () => {
    const counts = choices(40, { ...SMALL, truth: affine(0.001, 0.2) });
    expect(complex(counts)).toBeLessThanOrEqual(1);
    expect(counts.identity).toBe(0);
  });
});

describe('the choice of a calibration, on distortions', () => {
  it('is the temperature where that is all', () => {
    expect(chosenKind({ ...LARGE, seed: 2, truth: affine(0.4) })).toBe('temperature');
  });

  it('is Platt where HOLD is stated too high', () => {
    expect(chosenKind({ ...LARGE, seed: 2, truth: affine(0.6, -1) })).toBe('platt');
  });

  it('is Platt per regime where regimes are distorted differently', () => {
    const regimes = [affine(0.3, 0.6), affine(0.8, -0.6), affine(1.2), affine(1.5, 0.8)];
    expect(chosenKind({ ...LARGE, seed: 2, truth: { ...affine(1), regimes } })).toBe('platt per regime');
  });

  it('is isotonic where no sigmoid fits', () => {
    const cliff = { at: [0.3, 0.31, 0.55, 0.56], values: [0.1, 0.45, 0.5, 0.85] };
    const direction = { at: [0.2, 0.5, 0.8], values: [0.4, 0.5, 0.6] };
    const truth = { ...affine(1), isotonic: { hold: cliff, direction } };
    expect(chosenKind({ ...LARGE, seed: 2, truth })).toBe('isotonic');
  });

  it('is isotonic per regime where each has a cliff of its own', () => {
    const direction = { at: [0.2, 0.5, 0.8], values: [0.4, 0.5, 0.6] };
    const cliff = (at: number) => ({
      ...affine(1),
      isotonic: { hold: { at: [at, at + 0.02], values: [0.1, 0.9] }, direction },
    });
    const truth = { ...cliff(0.3), regimes: [0.15, 0.3, 0.45, 0.6].map(cliff) };
    expect(chosenKind({ ...LARGE, sessions: 120, seed: 2, truth })).toBe('isotonic per regime');
  });
});

describe('how the choice is made', () => {
  const shape = { sessions: 9, rowsPerSession: 200, folds: 3, truth: affine(0.4, -1) };
  const folds = distortedScores({ ...shape, seed: 3 });
  const { calibration, logLosses, probabilities } = chooseCalibration(folds);

  it('says the out-of-fold log-loss of every kind', () => {
    expect(Object.keys(logLosses)).toEqual([...CALIBRATION_KINDS]);
    expect(calibration.kind).toBe('platt');
    expect(logLosses.platt).toBeLessThan(logLosses.temperature);
    expect(logLosses.platt).toBeLessThan(logLosses.identity);
  });

  it('never looks ahead', () => {
    // The first fold has nothing before it.
    const first = folds[0]!;
    const end = first.rawScores.length;
    expect(probabilities.slice(0, end)).toEqual(calibrate(first.rawScores, IDENTITY));
    // Another last fold leaves the ones before it as they were.
    const other = distortedScores({ ...shape, seed: 4 })[2]!;
    const again = chooseCalibration([first, folds[1]!, { ...other, sessions: folds[2]!.sessions }]);
    expect(again.calibration.kind).toBe('platt');
    expect(again.probabilities.slice(0, 2 * end)).toEqual(probabilities.slice(0, 2 * end));
  });

  it('is the identity with one fold, which nothing was calibrated for', () => {
    const single = chooseCalibration(folds.slice(0, 1));
    expect(single.calibration).toEqual(IDENTITY);
    expect(new Set(Object.values(single.logLosses)).size).toBe(1);
  });

  it('takes one or two parameters of few sessions, no more', () => {
    const regimes = [affine(0.3, 0.8), affine(0.8, -0.8), affine(1.2, -0.8), affine(1.5, 0.8)];
    const few = { sessions: 6, rowsPerSession: 1_500, folds: 3, seed: 2, truth: { ...affine(1), regimes } };
    const { logLosses: losses, calibration: chosen } = chooseCalibration(distortedScores(few));
    expect(losses['platt per regime']).toBeLessThan(
      Math.min(losses.identity, losses.temperature, losses.platt),
    );
    expect(['identity', 'temperature', 'platt']).toContain(chosen.kind);
    expect(chosenKind({ ...few, sessions: 9 })).toBe('platt per regime');
  });

  it('keeps folds apart whose regimes are counted differently', () => {
    const regimes = [affine(0.3, 0.8), affine(0.8, -0.8), affine(1.2, -0.8), affine(1.5, 0.8)];
    const mixed = distortedScores({ ...LARGE, sessions: 120, seed: 5, truth: { ...affine(1), regimes } });
    const two = { states: 2, chances: new Float64Array(2 * mixed[0]!.labels.length).fill(0.5) };
    const chosen = chooseCalibration([{ ...mixed[0]!, regimes: two }, ...mixed.slice(1)]);
    expect(chosen.calibration.kind).toBe('platt per regime');
    expect(chosen.calibration.regimes).toHaveLength(4);
    // The fold after it has nothing to learn its regimes from: they are what is common.
    const from = mixed[0]!.rawScores.length;
    const { rawScores } = mixed[1]!;
    const common = calibrate(rawScores, fitCalibration({ ...mixed[0]!, regimes: undefined }, 'platt'));
    common.forEach((value, at) => {
      expect(Math.abs(chosen.probabilities[from + at]! - value)).toBeLessThan(1e-9);
    });
  });
});
