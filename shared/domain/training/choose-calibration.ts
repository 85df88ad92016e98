import {
  CALIBRATION_KINDS,
  type Calibration,
  type CalibrationKind,
  calibrate,
  IDENTITY,
  type ScoredRows,
} from './calibration.ts';
import { CLASS_COUNT } from './classes.ts';
import { fitCalibration, fitCalibrations } from './fit-calibration.ts';

/** Out-of-fold rows of one fold. */
export interface JudgedRows extends ScoredRows {
  /** Of each row. */
  readonly sessions: readonly string[];
}

export interface ChosenCalibration {
  /** Fitted on all out-of-fold rows: what the bundle carries. */
  readonly calibration: Calibration;
  /** Out-of-fold log-loss of each kind, each fold calibrated with the folds before it only. */
  readonly logLosses: Readonly<Record<CalibrationKind, number>>;
  /** [rows x 3] in fold order, of the chosen kind, calibrated in the same forward way. */
  readonly probabilities: Float64Array;
}

/** A kind as it was judged: fold by fold, from the folds before. */
interface Judged {
  readonly kind: CalibrationKind;
  readonly probabilities: Float64Array;
  /** Log-loss of each row times its weight. */
  readonly losses: Float64Array;
}

// One or two parameters, held near the identity by their prior, come in when they gain what a parameter costs.
const SIMPLE: readonly CalibrationKind[] = ['identity', 'temperature', 'platt'];
const COST_OF_A_PARAMETER = 1;
// Were the simpler kind right, the forward odds against it would reach 20 in one run of twenty at most, however many
// rows there are (Ville's inequality); losses, by weight, add up to the logarithm of those odds.
const LEAST_LOG_ODDS = Math.log(20);
// The odds take rows of one session to be as unlike each other as rows of two. They are not: the gain has to be this
// many standard errors, measured between sessions, above nothing.
const LEAST_DEVIATIONS = 2;
// Of fewer sessions the spread is not known.
const FEWEST_SESSIONS = 5;
const SMALLEST = 1e-15;

/**
 * The simplest kind of calibration that no other beats by more than noise out of fold. Each fold is calibrated with
 * the folds before it only, so a kind pays for what it learnt by heart; to be chosen, it has to beat every simpler one.
 *
 * @param folds - out-of-fold scores, earliest fold first; the first is judged uncalibrated
 */
export function chooseCalibration(folds: readonly JudgedRows[]): ChosenCalibration {
  const states = statesOf(folds.at(-1));
  const everything = join(folds, states);
  const judged = judge(folds, everything);
  const best = judged.reduce((chosen, kind, at) =>
    judged.slice(0, at).every((simpler) => beats(kind, simpler, folds)) ? kind : chosen,
  );
  const weight = everything.weights.reduce((sum, value) => sum + value, 0);
  const mean = ({ losses }: Judged) => losses.reduce((sum, loss) => sum + loss, 0) / weight;
  return {
    calibration: fitCalibration(everything, best.kind, states),
    logLosses: Object.fromEntries(judged.map((one) => [one.kind, mean(one)])) as Record<
      CalibrationKind,
      number
    >,
    probabilities: best.probabilities,
  };
}

const statesOf = (fold: JudgedRows | undefined): number => fold?.regimes?.states ?? 0;

/** All kinds, the simpler first. */
function judge(folds: readonly JudgedRows[], { labels, weights }: ScoredRows): Judged[] {
  const fitted = folds.map((fold, at) => {
    const states = statesOf(fold);
    return at === 0 ? null : fitCalibrations(join(folds.slice(0, at), states), states);
  });
  return CALIBRATION_KINDS.map((kind) => {
    const probabilities = concat(
      folds.map((fold, at) => calibrate(fold.rawScores, fitted[at]?.[kind] ?? IDENTITY, fold.regimes)),
    );
    const losses = weights.map((weight, row) => {
      const chance = probabilities[row * CLASS_COUNT + (labels[row] as number)] as number;
      return -weight * Math.log(Math.max(chance, SMALLEST));
    });
    return { kind, probabilities, losses };
  });
}

/** Whether a kind is better than a simpler one by more than noise. */
function beats(kind: Judged, simpler: Judged, folds: readonly JudgedRows[]): boolean {
  const gains = gainsBySession(kind, simpler, folds);
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  if (SIMPLE.includes(kind.kind)) return total > COST_OF_A_PARAMETER;
  const mean = total / gains.length;
  const spread = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  const deviation = Math.sqrt((spread * gains.length) / (gains.length - 1));
  const isKnown = gains.length >= FEWEST_SESSIONS;
  return isKnown && total > LEAST_LOG_ODDS && total > LEAST_DEVIATIONS * deviation;
}

/** In the folds that are calibrated. */
function gainsBySession(kind: Judged, simpler: Judged, folds: readonly JudgedRows[]): number[] {
  const gains = new Map<string, number>();
  const sessions = folds.flatMap((fold) => fold.sessions);
  for (let row = folds[0]?.labels.length ?? 0; row < sessions.length; row += 1) {
    const session = sessions[row] as string;
    const gain = (simpler.losses[row] as number) - (kind.losses[row] as number);
    gains.set(session, (gains.get(session) ?? 0) + gain);
  }
  return [...gains.values()];
}

/** Rows of several folds; those with another number of regime states get no regime. */
function join(folds: readonly JudgedRows[], states: number): ScoredRows {
  const chances = folds.map(({ regimes, labels }) =>
    regimes?.states === states
      ? Float64Array.from(regimes.chances)
      : new Float64Array(labels.length * states),
  );
  return {
    rawScores: concat(folds.map((fold) => fold.rawScores)),
    labels: Int32Array.from(folds.flatMap((fold) => [...fold.labels])),
    weights: concat(folds.map((fold) => fold.weights)),
    regimes: { states, chances: concat(chances) },
  };
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
