import { MINUTE_MS } from '../indian-time.ts';
import type { QualityContext } from './context.ts';
import type { Observed } from './observed.ts';

interface Stillness {
  readonly minutes: number;
  readonly snapshots: number;
}

/** How long back without a break `same` holds: whole stretch in minutes, and how many earlier snapshots. */
export function unchanged({ now, history }: QualityContext, same: (earlier: Observed) => boolean): Stillness {
  let snapshots = 0;
  while (snapshots < history.length && same(history[history.length - 1 - snapshots]!)) snapshots += 1;
  const oldest = history[history.length - snapshots];
  return { minutes: oldest === undefined ? 0 : (now.ms - oldest.ms) / MINUTE_MS, snapshots };
}

/** Whether a stretch is as long as the limit and seen as often. */
export function reaches(stretch: Stillness, limit: Stillness): boolean {
  return stretch.minutes >= limit.minutes && stretch.snapshots >= limit.snapshots;
}
