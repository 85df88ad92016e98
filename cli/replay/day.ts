import type { AnswerReplay } from '../../functions/score/replay-answer.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';

/** A day of answers given again. */
export interface DayReplay {
  readonly answers: number;
  readonly identical: number;
  readonly different: number;
  /** Their snapshot is not in the lake, and their record keeps no posted features. */
  readonly not_kept: number;
  /** Features rows by where they came from. */
  readonly feature_rows: Readonly<Record<string, number>>;
  /** The earliest that differs; null when none does. */
  readonly first_difference: Omit<AnswerReplay, 'replayed' | 'row'> | null;
}

/** Gives answers again in the order they were given. */
export async function replayDay(
  recorded: readonly Recommendation[],
  replay: (one: Recommendation) => Promise<AnswerReplay>,
  onProgress: (done: number, total: number) => void,
): Promise<DayReplay> {
  const counts = { identical: 0, different: 0, not_kept: 0 };
  const feature_rows: Record<string, number> = {};
  let first_difference: DayReplay['first_difference'] = null;
  for (const [at, one] of recorded.toSorted(byRecording).entries()) {
    const { replayed: _, row: _row, ...found } = await replay(one);
    counts[found.status] += 1;
    const from = found.inputs.feature_row;
    feature_rows[from] = (feature_rows[from] ?? 0) + 1;
    if (found.status === 'different') first_difference ??= found;
    onProgress(at + 1, recorded.length);
  }
  return { answers: recorded.length, ...counts, feature_rows, first_difference };
}

function byRecording(a: Recommendation, b: Recommendation): number {
  return Date.parse(a.recorded_at) - Date.parse(b.recorded_at) || (a.id < b.id ? -1 : 1);
}
