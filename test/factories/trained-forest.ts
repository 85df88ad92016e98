import type { NativeThread } from '../../models/boosting/thread.ts';
import { parameterText } from '../../models/lightgbm/parameters.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

export const COLUMNS = 8;

/** Rows that need both kinds of missing handling: the last column has gaps, one is zero half the time. */
export function trainingRows(rows: number, seed: number): Float32Array {
  const uniform = seededUniform(seed);
  return Float32Array.from({ length: rows * COLUMNS }, (_, at) => {
    const value = uniform() - 0.5;
    if (at % COLUMNS === COLUMNS - 1 && uniform() < 0.2) return Number.NaN;
    if (at % COLUMNS === 2) return Math.max(value, 0);
    return at % COLUMNS === 3 ? value * 1e-34 : value;
  });
}

/** A trained model's text, with splits on all kinds of columns. */
export async function trainText(engine: NativeThread, rounds: number): Promise<string> {
  const rows = 1_500;
  const features = trainingRows(rows, 11);
  const uniform = seededUniform(12);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const at = row * COLUMNS;
    const gap = Number.isNaN(features[at + 7]) ? 0.3 : 0;
    const pull = features[at]! + features[at + 1]! * features[at + 2]! * 4 + features[at + 3]! * 5e33 + gap;
    return pull + 0.3 * (uniform() - 0.5) < -0.15 ? 0 : pull > 0.2 ? 2 : 1;
  });
  const { text } = await engine.train({
    training: { features, rows, columns: COLUMNS, labels, weights: new Float32Array(rows).fill(1) },
    validation: null,
    parameters: parameterText({ min_data_in_leaf: 15, learning_rate: 0.1, feature_fraction: 1 }, 5, 1),
    rounds,
    earlyStoppingRounds: 1,
  });
  return text;
}
