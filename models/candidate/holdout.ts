import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { likeliestState } from '../hmm/filter.ts';
import { loadBundle } from './load.ts';
import { type Observations, withLabel } from './observations.ts';
import type { RowScores } from './scored-columns.ts';

/** The bundle's own scores of the labelled rows from `start` on: loaded and asked as it is in production. */
export async function holdoutScores(
  input: CandidateInput,
  data: Observations,
  start: number,
  files: ReadonlyMap<string, Uint8Array>,
  openSession: OpenSession,
): Promise<RowScores> {
  const later = Int32Array.from({ length: data.rows - start }, (_, at) => start + at);
  const rows = withLabel(data, later);
  if (rows.length === 0) return { rows, fold: [], regimes: [], probabilities: new Float64Array(0) };
  const scorer = await loadBundle(files, openSession);
  try {
    const features = input.features.subarray(start * data.columns);
    const { probabilities, regimeProbabilities } = await scorer.replay(features, data.sessions.slice(start));
    const states = scorer.bundle.regime_states;
    return {
      rows,
      fold: Array.from(rows, () => 0),
      regimes: Array.from(rows, (row) =>
        likeliestState(regimeProbabilities.subarray((row - start) * states, (row - start + 1) * states)),
      ),
      probabilities: Float64Array.from({ length: rows.length * CLASS_COUNT }, (_, at) => {
        const row = (rows[Math.floor(at / CLASS_COUNT)] as number) - start;
        return probabilities[row * CLASS_COUNT + (at % CLASS_COUNT)] as number;
      }),
    };
  } finally {
    await scorer.close();
  }
}
