import { fitAffine, fitAffineByRegime } from './calibration/fit-affine.ts';
import { fitIsotonic } from './calibration/fit-isotonic.ts';
import {
  type Calibration,
  type CalibrationKind,
  type CalibrationPart,
  IDENTITY,
  type ScoredRows,
} from './calibration.ts';
import { CLASS_COUNT } from './classes.ts';

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
  return refined(rows, fitAffine(rows, true), kind, states);
}

/** Calibrations of all kinds, each as `fitCalibration` gives it. */
export function fitCalibrations(
  rows: ScoredRows,
  states: number,
): Readonly<Record<CalibrationKind, Calibration>> {
  const platt = fitAffine(rows, true);
  const byRegime = refined(rows, platt, 'isotonic per regime', states);
  return {
    identity: IDENTITY,
    temperature: fitCalibration(rows, 'temperature', states),
    platt: refined(rows, platt, 'platt', states),
    'platt per regime': refined(rows, platt, 'platt per regime', states),
    isotonic: { ...byRegime, kind: 'isotonic', regimes: undefined },
    'isotonic per regime': byRegime,
  };
}

function refined(
  rows: ScoredRows,
  platt: CalibrationPart,
  kind: CalibrationKind,
  states: number,
): Calibration {
  if (kind === 'platt') return { kind, ...platt };
  if (kind === 'platt per regime') return { kind, ...platt, regimes: fitAffineByRegime(rows, platt, states) };
  const maps = fitIsotonic(shifted(rows.rawScores, platt), rows, kind === 'isotonic' ? 0 : states);
  const common = { kind, ...platt, isotonic: maps.common };
  if (kind === 'isotonic') return common;
  return { ...common, regimes: maps.regimes.map((isotonic) => ({ ...platt, isotonic })) };
}

function shifted(rawScores: Float64Array, { scale, bias }: CalibrationPart): Float64Array {
  return rawScores.map((score, at) => {
    const column = at % CLASS_COUNT;
    return score * (scale[column] as number) + (bias[column] as number);
  });
}
