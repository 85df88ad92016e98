import { sessionOf, spotPauseOn } from '../market/calendar.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { istMs, MINUTE_MS, minuteStamp, sessionDate, utcIso } from '../market/indian-time.ts';

/** A price of the underlying at a moment. */
export interface PricePoint {
  readonly timestampMs: number;
  readonly underlyingPrice: number;
}

/** One session's rows as columns, with where each row stands in the session. */
export interface SessionMinutes {
  readonly timestampsMs: Float64Array;
  /** The minute each row stands for: whole minutes since the epoch. */
  readonly minutes: Float64Array;
  readonly prices: Float64Array;
  /** The last minute that a label of the row may rest on; NaN for a row out of session, which has no labels. */
  readonly lastMinutes: Float64Array;
  /** The same for a label on the spot, which may not rest on a stretch in which the index stands still (spotPauseOn). */
  readonly spotLastMinutes: Float64Array;
}

/**
 * The rows of one session (one a minute, by rising time). A pause parts a session in two: no label spans it. Throws
 * RangeError when the rows are not of one session or not one a minute by rising time, NotFound for an unknown date.
 */
export function sessionMinutes(rows: readonly PricePoint[], rules: ExchangeRules): SessionMinutes {
  assertOneSession(rows);
  const date = rows.length === 0 ? null : sessionDate(rows[0]!.timestampMs);
  const parts = date === null ? [] : sessionParts(date, rules);
  const spotParts = date === null ? [] : withoutSpotPause(parts, date, rules);
  const minutes = Float64Array.from(rows, (row) => minuteStamp(row.timestampMs) / MINUTE_MS);
  return {
    timestampsMs: Float64Array.from(rows, (row) => row.timestampMs),
    minutes,
    prices: Float64Array.from(rows, (row) => row.underlyingPrice),
    lastMinutes: lastMinutesOf(minutes, parts),
    spotLastMinutes: lastMinutesOf(minutes, spotParts),
  };
}

/** A stretch of trading, in minutes since the epoch, both ends included. */
interface Part {
  readonly from: number;
  readonly to: number;
}

function lastMinutesOf(minutes: Float64Array, parts: readonly Part[]): Float64Array {
  return minutes.map(
    (minute) => parts.find(({ from, to }) => minute >= from && minute <= to)?.to ?? Number.NaN,
  );
}

/** Stretches of uninterrupted trading; none on a day without. */
function sessionParts(date: string, rules: ExchangeRules): Part[] {
  const session = sessionOf(date, rules);
  if (session === null) return [];
  const { openMs, closeMs, pause } = session;
  const edges =
    pause === undefined
      ? [openMs, closeMs]
      : [openMs, istMs(date, pause.fromMinute), istMs(date, pause.toMinute), closeMs];
  const inMinutes = edges.map((ms) => ms / MINUTE_MS);
  return inMinutes.flatMap((from, at) => (at % 2 === 0 ? [{ from, to: inMinutes[at + 1]! }] : []));
}

/** The parts with the minutes strictly between the ends of the spot's pause cut out of them. */
function withoutSpotPause(parts: readonly Part[], date: string, rules: ExchangeRules): readonly Part[] {
  const pause = spotPauseOn(date, rules);
  if (pause === null) return parts;
  const starts = istMs(date, pause.fromMinute) / MINUTE_MS;
  const ends = istMs(date, pause.toMinute) / MINUTE_MS;
  return parts.flatMap(({ from, to }) => {
    if (to <= starts || from >= ends) return [{ from, to }];
    const pieces = [
      { from, to: starts },
      { from: ends, to },
    ];
    return pieces.filter((piece) => piece.from <= piece.to);
  });
}

/** Runs of rows of one stretch of trading: from `start` up to, not including, `end`. Rows out of session are in none. */
export function tradingStretches({ lastMinutes }: SessionMinutes): { start: number; end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  for (let row = 0; row < lastMinutes.length; row += 1) {
    const last = lastMinutes[row]!;
    if (Number.isNaN(last)) continue;
    const open = stretches.at(-1);
    if (open !== undefined && open.end === row && lastMinutes[row - 1] === last) open.end = row + 1;
    else stretches.push({ start: row, end: row + 1 });
  }
  return stretches;
}

/**
 * Per row the row `horizonMinutes` later by the clock; -1 when that minute has none or lies after the row's last minute:
 * that of its trading, or the given one (`spotLastMinutes`).
 */
export function rowsAhead(
  { minutes, lastMinutes: tradingLast }: SessionMinutes,
  horizonMinutes: number,
  lastMinutes: Float64Array = tradingLast,
): Int32Array {
  let ahead = 0;
  return Int32Array.from(minutes, (minute, row) => {
    const wanted = minute + horizonMinutes;
    if (!(wanted <= lastMinutes[row]!)) return -1;
    while (ahead < minutes.length && minutes[ahead]! < wanted) ahead += 1;
    return minutes[ahead] === wanted ? ahead : -1;
  });
}

function assertOneSession(rows: readonly PricePoint[]): void {
  for (let i = 1; i < rows.length; i += 1) {
    const [before, now] = [rows[i - 1]!.timestampMs, rows[i]!.timestampMs];
    if (minuteStamp(now) <= minuteStamp(before) || sessionDate(now) !== sessionDate(before)) {
      throw new RangeError(
        `rows: expected one row a minute of one session by rising time, was ${utcIso(now)} after ${utcIso(before)}`,
      );
    }
  }
}
