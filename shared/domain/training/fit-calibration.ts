import { fitAffine, fitAffineByRegime } from './calibration/fit-affine.ts';
import { fitIsotonic } from './calibration/fit-isotonic.ts';
import {
  type Calibration,
  type CalibrationKind,
  IDENTITY,
  type ScoredRows,
  scaledScores,
} from './calibration.ts';

/**
 * Fits a calibration of a kind. No rows give the identity.
 *
 * What a kind per regime does where no regime is known is the plain kind, fitted to the same rows.
 *
 * @param states - of the regime model whose chances it will be given; rows with chances of another number of states
 * count for what is common only
 */
export function fitCalibration(
  rows: ScoredRows,
  kind: CalibrationKind,
  states = rows.regimes?.states ?? 0,
): Calibration {
  if (kind === 'identity' || rows.labels.length === 0) return IDENTITY;
  if (kind === 'temperature') return { kind, ...fitAffine(rows, false) };
  const platt: Calibration = { kind: 'platt', ...fitAffine(rows, true) };
  if (kind === 'platt') return platt;
  if (kind === 'isotonic') return isotonic(rows, platt);
  const byRegime = plattByRegime(rows, platt, states);
  return kind === 'platt per regime'
    ? byRegime
    : isotonicByRegime(rows, isotonic(rows, platt), byRegime, states);
}

/** Calibrations of all kinds, each as `fitCalibration` gives it. */
export function fitCalibrations(
  rows: ScoredRows,
  states: number,
): Readonly<Record<CalibrationKind, Calibration>> {
  const platt = fitCalibration(rows, 'platt', states);
  const byRegime = plattByRegime(rows, platt, states);
  const plain = isotonic(rows, platt);
  return {
    identity: IDENTITY,
    temperature: fitCalibration(rows, 'temperature', states),
    platt,
    'platt per regime': byRegime,
    isotonic: plain,
    'isotonic per regime': isotonicByRegime(rows, plain, byRegime, states),
  };
}

function plattByRegime(rows: ScoredRows, platt: Calibration, states: number): Calibration {
  return { ...platt, kind: 'platt per regime', regimes: fitAffineByRegime(rows, platt, states) };
}

function isotonic(rows: ScoredRows, platt: Calibration): Calibration {
  const { common } = fitIsotonic(scaledScores(rows.rawScores, platt), rows, 0);
  return { ...platt, kind: 'isotonic', isotonic: common };
}

/** Every regime refines what its own scale and bias say. */
function isotonicByRegime(
  rows: ScoredRows,
  plain: Calibration,
  { regimes = [] }: Calibration,
  states: number,
): Calibration {
  const stated = scaledScores(rows.rawScores, { ...plain, regimes }, rows.regimes);
  const maps = fitIsotonic(stated, rows, states).regimes;
  return {
    ...plain,
    kind: 'isotonic per regime',
    regimes: regimes.map((part, state) => ({ ...part, isotonic: maps[state] })),
  };
}
