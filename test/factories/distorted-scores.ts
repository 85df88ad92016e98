import type { CalibrationForm } from '../../shared/domain/training/calibration.ts';
import { calibrate } from '../../shared/domain/training/calibration.ts';
import type { JudgedRows } from '../../shared/domain/training/choose-calibration.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

export interface Distorted {
  readonly sessions: number;
  readonly rowsPerSession: number;
  readonly folds: number;
  readonly seed: number;
  /** What would make the scores right; a part for each regime state where they differ. */
  readonly truth: CalibrationForm;
  /** Regime states; 4 when left out. */
  readonly states?: number;
  /** Standard deviation of a session's own bias of HOLD, which no score tells. */
  readonly sessionSpread?: number;
  /** Standard deviation of the scores; 1 when left out. */
  readonly spread?: number;
}

/** A row's own scale and bias of HOLD. */
export const affine = (scale: number, hold = 0): CalibrationForm => ({
  scale: [scale, scale, scale],
  bias: [0, hold, 0],
});

/** Folds of rows whose classes are drawn from what the truth makes of their scores; regimes last twenty rows or so. */
export function distortedScores(shape: Distorted): JudgedRows[] {
  const { sessions, rowsPerSession, folds, truth, states = 4, spread = 1, sessionSpread = 0 } = shape;
  const uniform = seededUniform(shape.seed);
  const bell = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const rows = sessions * rowsPerSession;
  const rawScores = Float64Array.from({ length: 3 * rows }, () => spread * bell());
  const chances = new Float64Array(states * rows);
  const sessionBias = Float64Array.from({ length: sessions }, () => sessionSpread * bell());
  const biased = new Float64Array(3 * rows);
  let likeliest = 0;
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    if (uniform() < 0.05) likeliest = Math.floor(uniform() * states);
    // The state itself is not known, only how likely each is.
    chances.fill(0.1 / states, row * states, (row + 1) * states);
    chances[row * states + likeliest]! += 0.9;
    const state = uniform() < 0.9 ? likeliest : Math.floor(uniform() * states);
    const own = truth.regimes?.[state] ?? truth;
    const stated = calibrate(rawScores.subarray(3 * row, 3 * row + 3), own);
    biased.set(stated, 3 * row);
    biased[3 * row + 1]! *= Math.exp(sessionBias[Math.floor(row / rowsPerSession)]!);
    const total = biased[3 * row]! + biased[3 * row + 1]! + biased[3 * row + 2]!;
    const draw = uniform() * total;
    labels[row] = draw < biased[3 * row]! ? 0 : draw < biased[3 * row]! + biased[3 * row + 1]! ? 1 : 2;
  }
  const end = (fold: number) => Math.ceil((sessions * fold) / folds) * rowsPerSession;
  return Array.from({ length: folds }, (_, fold) => {
    const [from, to] = [end(fold), end(fold + 1)];
    return {
      rawScores: rawScores.slice(3 * from, 3 * to),
      labels: labels.slice(from, to),
      weights: new Float64Array(to - from).fill(1),
      regimes: { states, chances: chances.slice(states * from, states * to) },
      sessions: Array.from({ length: to - from }, (_, at) => sessionName(from + at, rowsPerSession)),
    };
  });
}

const sessionName = (row: number, rowsPerSession: number): string =>
  `session ${String(Math.floor(row / rowsPerSession)).padStart(4, '0')}`;

/** All rows as one fold. */
export function oneFold(shape: Omit<Distorted, 'folds'>): JudgedRows {
  return distortedScores({ ...shape, folds: 1 })[0] as JudgedRows;
}
