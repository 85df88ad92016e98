import { sessionRows } from '../../shared/domain/training/folds.ts';

/** Fewer sessions than this can be looked at, but not judged. */
const FEWEST_SESSIONS = 5;

/** Which rows are learnt from and which are kept back for the gate. */
export interface DataPlan {
  /** Fewer than five sessions: nothing is kept back, the gate refuses the bundle. */
  readonly exploratory: boolean;
  /** Rows before this one are learnt from. */
  readonly trainingEnd: number;
  readonly trainedThrough: string;
  readonly holdoutSessions: readonly string[];
}

/**
 * Keeps back the last sessions: as many as wanted, at most a third.
 *
 * @param sessions - per row, ascending, at least one
 * @example 15 sessions, 10 wanted: 5 are kept back
 */
export function planData(sessions: readonly string[], wantedHoldout: number): DataPlan {
  const groups = sessionRows(sessions);
  const exploratory = groups.length < FEWEST_SESSIONS;
  const kept = exploratory ? 0 : Math.min(wantedHoldout, Math.floor(groups.length / 3));
  const training = groups.slice(0, groups.length - kept);
  const last = training.at(-1);
  return {
    exploratory,
    trainingEnd: last?.end ?? 0,
    trainedThrough: last?.session ?? '',
    holdoutSessions: groups.slice(groups.length - kept).map(({ session }) => session),
  };
}
