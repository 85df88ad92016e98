import { softmaxRows } from '../../stats/softmax-rows.ts';
import { type MonotoneMap, mapped } from './calibration/monotone-map.ts';
import { type RegimeChances, regimeWeights } from './calibration/regime-weights.ts';
import { BUY, CLASS_COUNT, HOLD, SELL } from './classes.ts';

/**
 * Kinds of calibration, the simpler first.
 *
 * - `temperature`: softmax(score x scale) (Guo et al. 2017)
 * - `platt`: softmax(score x scale), with a bias for HOLD: Platt's sigmoid (1999) in its multinomial form (Alexandari
 *   et al. 2020)
 * - `platt per regime`: with a scale and a bias of each regime's own
 * - `isotonic`: monotone maps of what `platt` says (Zadrozny and Elkan 2002), along two questions, each with two answers:
 *   HOLD or a move, and SELL or BUY given a move. Their log-losses add up to that of the three classes, and their
 *   answers multiply to probabilities that sum to 1
 * - `isotonic per regime`: with maps of each regime's own, of what `platt per regime` says
 *
 * None has a bias between SELL and BUY: that the market went one way in the weeks of the fit is no reason to expect it
 * to go on. Exchange the two in the data, and they are exchanged in the answers.
 */
export const CALIBRATION_KINDS = [
  'identity',
  'temperature',
  'platt',
  'platt per regime',
  'isotonic',
  'isotonic per regime',
] as const;
export type CalibrationKind = (typeof CALIBRATION_KINDS)[number];

/** Monotone maps of probabilities. */
export interface IsotonicMaps {
  /** Of the probability of HOLD. */
  readonly hold: MonotoneMap;
  /** Of the probability of BUY given a move; SELL's is the same map mirrored, map(1 - x) = 1 - map(x). */
  readonly direction: MonotoneMap;
}

/** What is done to a row's raw scores: softmax(score x scale + bias), then the maps where there are some. */
export interface CalibrationPart {
  /** Per class. */
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly isotonic?: IsotonicMaps | undefined;
}

/**
 * A calibration as the graph carries it: what holds everywhere, and what each regime state has of its own. A row's scale
 * and bias are the parts' own, weighted by `regimeWeights`, and so are the answers of the maps. All parts have maps or
 * none has.
 */
export interface CalibrationForm extends CalibrationPart {
  readonly regimes?: readonly CalibrationPart[] | undefined;
}

export interface Calibration extends CalibrationForm {
  readonly kind: CalibrationKind;
}

/** Raw scores [rows x 3] with the classes that came true. */
export interface ScoredRows {
  readonly rawScores: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  /** Left out: no row's regime is known. */
  readonly regimes?: RegimeChances | undefined;
}

export const IDENTITY: Calibration = { kind: 'identity', scale: [1, 1, 1], bias: [0, 0, 0] };

/**
 * Calibrated probabilities of raw scores.
 *
 * @param regimes - of the same rows; only a calibration per regime looks at them
 * @returns [rows x 3], each within (0, 1) and each row sums to 1, as far as a double can tell
 */
export function calibrate(
  rawScores: Float64Array,
  calibration: CalibrationForm,
  regimes?: RegimeChances,
): Float64Array {
  const parts = partsOf(calibration);
  const weights = regimeWeights(regimes, rawScores.length / CLASS_COUNT, parts.length - 1);
  const scores = affineScores(rawScores, parts, weights);
  const maps = parts.flatMap(({ isotonic }) => isotonic ?? []);
  return maps.length === 0 ? softmaxRows(scores, CLASS_COUNT) : mapRows(scores, maps, weights);
}

/** Scores [rows x 3] as scale and bias leave them, before any map. */
export function scaledScores(
  rawScores: Float64Array,
  calibration: CalibrationForm,
  regimes?: RegimeChances,
): Float64Array {
  const parts = partsOf(calibration);
  const weights = regimeWeights(regimes, rawScores.length / CLASS_COUNT, parts.length - 1);
  return affineScores(rawScores, parts, weights);
}

/** The regimes' own, then the common one, as `regimeWeights` has them. */
const partsOf = (form: CalibrationForm): CalibrationPart[] => [...(form.regimes ?? []), form];

function affineScores(
  rawScores: Float64Array,
  parts: readonly CalibrationPart[],
  weights: Float64Array,
): Float64Array {
  return rawScores.map((score, at) => {
    const column = at % CLASS_COUNT;
    const start = Math.floor(at / CLASS_COUNT) * parts.length;
    let scale = 0;
    let bias = 0;
    for (let part = 0; part < parts.length; part += 1) {
      const weight = weights[start + part] as number;
      scale += weight * (parts[part]!.scale[column] as number);
      bias += weight * (parts[part]!.bias[column] as number);
    }
    return score * scale + bias;
  });
}

/** The calibration for a regime model of so many states: where it is of another number, what it does without a regime. */
export function forRegimeStates(calibration: Calibration, states: number): Calibration {
  const { kind, regimes, ...common } = calibration;
  if (regimes === undefined || regimes.length === states) return calibration;
  return { kind: kind === 'platt per regime' ? 'platt' : 'isotonic', ...common };
}

/** Probability of HOLD, and of BUY given a move, of softmax(scores): a column each. */
export function twoQuestions(scores: Float64Array): { hold: Float64Array; direction: Float64Array } {
  const rows = scores.length / CLASS_COUNT;
  const stated = softmaxRows(scores, CLASS_COUNT);
  const directions = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row += 1) {
    directions[2 * row] = scores[row * CLASS_COUNT + SELL] as number;
    directions[2 * row + 1] = scores[row * CLASS_COUNT + BUY] as number;
  }
  const moved = softmaxRows(directions, 2);
  return {
    hold: Float64Array.from({ length: rows }, (_, row) => stated[row * CLASS_COUNT + HOLD] as number),
    direction: Float64Array.from({ length: rows }, (_, row) => moved[2 * row + 1] as number),
  };
}

function mapRows(scores: Float64Array, maps: readonly IsotonicMaps[], weights: Float64Array): Float64Array {
  const stated = twoQuestions(scores);
  const hold = mixMaps(
    stated.hold,
    maps.map((own) => own.hold),
    weights,
  );
  const direction = mixMaps(
    stated.direction,
    maps.map((own) => own.direction),
    weights,
  );
  const probabilities = new Float64Array(scores.length);
  hold.forEach((stays, row) => {
    const buy = (1 - stays) * (direction[row] as number);
    probabilities.set([1 - stays - buy, stays, buy], row * CLASS_COUNT);
  });
  return probabilities;
}

/** The maps' answers, weighted: the law of total probability over regimes. */
function mixMaps(stated: Float64Array, maps: readonly MonotoneMap[], weights: Float64Array): Float64Array {
  return stated.map((x, row) => {
    let sum = 0;
    for (let at = 0; at < maps.length; at += 1) {
      const weight = weights[row * maps.length + at] as number;
      if (weight > 0) sum += weight * mapped(maps[at] as MonotoneMap, x);
    }
    return sum;
  });
}
