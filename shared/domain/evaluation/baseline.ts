import type { ScoredRow } from './scored-row.ts';

/**
 * Where production's answers of a session come from. `audited`: it was live then and this is what it answered;
 * `held_out`: its bundle, asked when it was trained; `replayed`: its bundle, asked now; `walk_forward`: its procedure,
 * by fits that ended before the session.
 */
export const BASELINE_SOURCES = ['audited', 'held_out', 'replayed', 'walk_forward'] as const;
export type BaselineSource = (typeof BASELINE_SOURCES)[number];

/** What is known of production and one of the candidate's sessions. */
export interface SessionState {
  readonly session: string;
  /** Nothing of the bundle was learnt or chosen from this session or a later one. */
  readonly afterCutoff: boolean;
  /** Live from the session's open to its close. */
  readonly liveThroughout: boolean;
  /** In the scores that its bundle carries, of either kind. */
  readonly inHeldOut: boolean;
  readonly inWalkForward: boolean;
}

/**
 * The source for one session; null where production has no answer that is out of its sample. A session that it was
 * live for only a part of counts as one that it was not live for: its bundle is asked for the whole of it.
 * Example: a session after the cutoff on which another version was live is `replayed`.
 */
export function baselineSource(state: SessionState): BaselineSource | null {
  if (!state.afterCutoff) return state.inWalkForward ? 'walk_forward' : null;
  if (state.liveThroughout) return 'audited';
  return state.inHeldOut ? 'held_out' : 'replayed';
}

/** What production contributes to one session of the comparison. */
export interface SessionBaseline {
  readonly session: string;
  /** Null: nothing, and `why` says so. */
  readonly source: BaselineSource | null;
  /** Rows it is judged on. */
  readonly minutes: number;
  /** Minutes without an answer of it: HOLD, and no probabilities. */
  readonly missing: number;
  /** Minutes on which it answered HOLD without having asked the model (stale features, an open breaker). */
  readonly unasked: number;
  /** What a reader should know of the source; null where there is nothing to say. */
  readonly why: string | null;
}

/** What one bundle says of one minute. */
export interface Answer {
  readonly position: -1 | 0 | 1;
  /** Null when no model was asked. */
  readonly probabilities: { readonly sell: number; readonly hold: number; readonly buy: number } | null;
  readonly regime: number | null;
}

export interface AnsweredRows {
  readonly rows: readonly ScoredRow[];
  readonly missing: number;
  readonly unasked: number;
}

/**
 * Puts a bundle's answers in the place of those of `grid`, the candidate's rows of a session: minutes, prices and labels
 * stay. A minute without an answer is HOLD; without probabilities it has no label either, so that nothing judges what
 * nobody said. Answers of other minutes are left out. `answers` is by minute of the Indian day.
 * Example: a grid of two minutes and one BUY gives positions [1, 0] and labels [label, null].
 */
export function answeredRows(grid: readonly ScoredRow[], answers: ReadonlyMap<number, Answer>): AnsweredRows {
  let [missing, unasked] = [0, 0];
  const rows = grid.map((row): ScoredRow => {
    const answer = answers.get(row.minute);
    if (answer?.probabilities) {
      const { position, probabilities, regime } = answer;
      return { ...row, ...probabilities, regime, position };
    }
    if (answer === undefined) missing += 1;
    else unasked += 1;
    return { ...row, sell: 0, hold: 1, buy: 0, regime: null, label: null, position: answer?.position ?? 0 };
  });
  return { rows, missing, unasked };
}
