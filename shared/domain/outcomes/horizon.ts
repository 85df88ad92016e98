import { RejectedInput } from '../../errors.ts';

/** Minutes after which every recommendation is followed, as the labels' HORIZONS; after them comes the close. */
export const OUTCOME_HORIZONS = [3, 5, 15, 30] as const;

/** A horizon that is followed: minutes after the recommendation, or the close of its session. */
export type FollowedHorizon = number | 'close';

/**
 * Minutes after which a target's recommendation is judged: the number its name ends in.
 * Throws RejectedInput for a name without one. Example: `horizonMinutes('tb15')` is 15.
 */
export function horizonMinutes(target: string): number {
  const minutes = Number(/^[a-z]+(\d{1,3})$/.exec(target)?.[1] ?? Number.NaN);
  if (minutes > 0) return minutes;
  throw new RejectedInput(`target: expected a name such as tb15 or dir3, was ${target}`, { field: 'target' });
}
