import { sessionRows } from '../../shared/domain/training/folds.ts';
import { RejectedInput } from '../../shared/errors.ts';

/** What an imported model's rows of a dataset are for. */
export interface ImportPlan {
  /** First row after `trained_through`: thresholds are chosen and measured from here ... */
  readonly tuningStart: number;
  /** ... to here, from where on the model is judged. */
  readonly heldOutStart: number;
  /** Rows that the reference profile is made of: before those that are judged, where there are any. */
  readonly referenceEnd: number;
  /** The last session that anything of the bundle was learnt or chosen from. */
  readonly trainedThrough: string;
  readonly tuningSessions: readonly string[];
  readonly heldOutSessions: readonly string[];
}

const MOST_TUNING = 10;

/**
 * Divides the sessions after a model's training: the first third (ten at most) to choose thresholds on, the others to
 * judge.
 *
 * @param sessions - per row, ascending
 * @param datasetVersion - for the error
 * @throws RejectedInput when no session is left to judge
 * @example six sessions after it: thresholds on two, judged on four
 */
export function planImport(
  sessions: readonly string[],
  trainedThrough: string,
  datasetVersion: string,
): ImportPlan {
  const groups = sessionRows(sessions);
  const later = groups.filter(({ session }) => session > trainedThrough);
  const newest = groups.at(-1)?.session;
  if (later.length === 0) {
    throw new RejectedInput(
      `trained_through: expected a session before the newest of dataset ${datasetVersion} (${newest ?? 'it has none'}), ` +
        `was ${trainedThrough}; judge it on a newer dataset (--dataset), or state the session it was trained through`,
      { field: 'trained_through' },
    );
  }
  const tuning = later.slice(0, Math.min(MOST_TUNING, Math.floor(later.length / 3)));
  const heldOut = later.slice(tuning.length);
  const tuningStart = later[0]?.start as number;
  const heldOutStart = heldOut[0]?.start as number;
  return {
    tuningStart,
    heldOutStart,
    referenceEnd: heldOutStart > 0 ? heldOutStart : sessions.length,
    trainedThrough: tuning.at(-1)?.session ?? trainedThrough,
    tuningSessions: tuning.map(({ session }) => session),
    heldOutSessions: heldOut.map(({ session }) => session),
  };
}
