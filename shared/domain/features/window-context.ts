import { epochMs, isSameDay, istMs, MINUTE_MS, minuteStamp } from '../market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../market/snapshot.ts';
import type { DaySummary } from './day-summary.ts';
import type { Known, Timeline } from './timeline.ts';
import type { WindowTerms } from './window-terms.ts';

/** Another chain's snapshot that is more minutes older than this is too old to be compared with. */
export const SIBLING_MINUTES = 10;

/** About a year of sessions. */
export const PRIOR_DAYS = 250;

/** The newest known snapshot of another chain, with its exact time (epoch milliseconds). */
export interface SiblingSnapshot {
  readonly snapshot: StoredSnapshot;
  readonly timestampMs: number;
}

/** What a window may hold besides its own chain's snapshots; what is left out is unknown to every feature. */
export interface WindowContext {
  /** Snapshots of the other chains, by rising timestamp. */
  readonly siblings?: Readonly<Partial<Record<Exchange, Timeline>>>;
  /** Earlier sessions of the window's own chain, oldest first. */
  readonly priorDays?: readonly DaySummary[];
}

/** Of each other chain the last snapshot of an earlier minute, of the same session, that was known by then. */
export function siblingsAt(
  timelines: NonNullable<WindowContext['siblings']>,
  nowMs: number,
  known: Known,
): Partial<Record<Exchange, SiblingSnapshot>> {
  const siblings: Partial<Record<Exchange, SiblingSnapshot>> = {};
  const minuteMs = minuteStamp(nowMs);
  const fromMs = minuteMs - SIBLING_MINUTES * MINUTE_MS;
  for (const [exchange, timeline] of Object.entries(timelines) as [Exchange, Timeline][]) {
    const { timestampsMs, snapshots, [known.by]: knownMs } = timeline;
    let at = firstFrom(timestampsMs, minuteMs) - 1;
    while (at >= 0 && knownMs[at]! > known.ms) at -= 1;
    const timestampMs = timestampsMs[at];
    if (timestampMs === undefined || timestampMs < fromMs || !isSameDay(timestampMs, nowMs)) continue;
    siblings[exchange] = { snapshot: snapshots[at]!, timestampMs };
  }
  return siblings;
}

/** The place of the first time at or after `ms`; the length when all are before. */
export function firstFrom(timesMs: readonly number[], ms: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

const KNOWN_DAYS = new WeakMap<
  readonly DaySummary[],
  { readonly date: string; readonly openMs: number; readonly days: readonly DaySummary[] }
>();

/**
 * Days before the window's that were known when it opened; on a day without a session, when it began. Remembered for
 * the list, since all windows of a day are given the same one, which must not be changed afterwards.
 */
export function knownDays(
  given: readonly DaySummary[],
  { date, session }: WindowTerms,
): readonly DaySummary[] {
  const openMs = session?.openMs ?? istMs(date, 0);
  const known = KNOWN_DAYS.get(given);
  if (known?.date === date && known.openMs === openMs) return known.days;
  const days = given
    .filter((day) => day.date < date && epochMs(day.received_at) <= openMs)
    .slice(-PRIOR_DAYS);
  KNOWN_DAYS.set(given, { date, openMs, days });
  return days;
}
