import { type Ladder, type LadderLeg, oiAt } from './ladder.ts';

/** Two snapshots of a window between which open interest is compared, and the minutes from one to the other. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
}

/** A publication is dated by the snapshot that shows it first, if the one before is at most this much older. */
const SEEN_WITHIN_MINUTES = 3;
/** Open interest that was published longer ago says nothing of now. */
export const STALE_MINUTES = 10;
/** The older end of a span may lie so much further back than asked: publications are about 3 minutes apart. */
export const SLACK_MINUTES = 10;

/**
 * The places of the snapshots that first show a new open interest of some ladder leg, by rising time. The exchange
 * publishes open interest about every 3 minutes; in between each snapshot repeats the last publication.
 */
export function publicationsOf({ calls, puts }: Ladder, ago: readonly number[]): number[] {
  const places: number[] = [];
  for (let at = 1; at < ago.length; at += 1) {
    if (ago[at - 1]! - ago[at]! > SEEN_WITHIN_MINUTES) continue;
    if (isNew(calls, at) || isNew(puts, at)) places.push(at);
  }
  return places;
}

function isNew(side: readonly LadderLeg[], at: number): boolean {
  for (const { legs } of side) {
    const [now, before] = [legs[at]?.oi ?? null, legs[at - 1]?.oi ?? null];
    if (now !== before && now !== null && before !== null) return true;
  }
  return false;
}

/**
 * The span to measure a change over `minutes` on: it ends at the last publication (null when that is more than
 * STALE_MINUTES old) and starts at the last publication that is `minutes` or more older; where none is within
 * SLACK_MINUTES beyond, at the snapshot in force then; null when that is lost too.
 */
export function spanOver(
  publications: readonly number[],
  ago: readonly number[],
  minutes: number,
): Span | null {
  const to = publications.at(-1);
  if (to === undefined || ago[to]! > STALE_MINUTES) return null;
  const [newestAgo, oldestAgo] = [ago[to]! + minutes, ago[to]! + minutes + SLACK_MINUTES];
  const isThere = (place: number) => ago[place]! >= newestAgo && ago[place]! <= oldestAgo;
  const from = publications.findLast(isThere) ?? ago.findLastIndex((_, place) => isThere(place));
  return from < 0 ? null : { from, to, minutes: ago[from]! - ago[to]! };
}

/** Change in units of the open interest of legs known at both ends, and their open interest at the start. */
export interface OiMove {
  readonly change: number;
  /** Sum of the sizes of the legs' changes. */
  readonly size: number;
  readonly before: number;
  readonly rising: number;
  readonly falling: number;
  readonly legs: number;
}

/** How the open interest of one side of the ladder moved over a span. */
export function oiMove(side: readonly LadderLeg[], { from, to }: Span): OiMove {
  const move = { change: 0, size: 0, before: 0, rising: 0, falling: 0, legs: 0 };
  for (const leg of side) {
    const [before, now] = [oiAt(leg, from), oiAt(leg, to)];
    if (Number.isNaN(before) || Number.isNaN(now)) continue;
    move.change += now - before;
    move.size += Math.abs(now - before);
    move.before += before;
    move.rising += Number(now > before);
    move.falling += Number(now < before);
    move.legs += 1;
  }
  return move;
}
