import type { Retrier } from '../definition/types.ts';

/** Errors that end an execution whatever its retriers and catchers say, unless they are named. */
const TERMINAL: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether one of the names in ErrorEquals stands for the error. */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !TERMINAL.has(error);
    if (name === 'States.Timeout') return error === 'States.HeartbeatTimeout';
    return name === 'States.TaskFailed' && error !== 'States.Timeout' && !TERMINAL.has(error);
  });
}

export interface RetryPlan {
  /** Which retrier it is. */
  readonly index: number;
  readonly delayMs: number;
}

/**
 * The next retry after `error`, or null when no retrier takes it. Only the first retrier that matches counts.
 * `retriesTaken[i]` is how often retrier i was used; `random` gives the jitter, a number within [0, 1).
 * @example planRetry([{ ErrorEquals: ['States.ALL'] }], 'Temporary', [1], () => 0) // { index: 0, delayMs: 2000 }
 */
export function planRetry(
  retriers: readonly Retrier[],
  error: string,
  retriesTaken: readonly number[],
  random: () => number,
): RetryPlan | null {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  if (retrier === undefined) return null;
  const taken = retriesTaken[index] ?? 0;
  if (taken >= (retrier.MaxAttempts ?? 3)) return null;
  const grownS = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** taken;
  const delayS = Math.min(grownS, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const share = retrier.JitterStrategy === 'FULL' ? random() : 1;
  return { index, delayMs: Math.round(delayS * 1_000 * share) };
}
