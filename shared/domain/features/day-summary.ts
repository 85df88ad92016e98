import { epochMs, MINUTE_MS, minuteStamp } from '../market/indian-time.ts';
import type { StoredSnapshot } from '../market/snapshot.ts';
import { ladderHalfWidth } from './chain-v3/ladder-width.ts';
import { median } from './chain-v3/robust.ts';
import { smileOf } from './chain-v3/smile.ts';
import type { WindowTerms } from './window-terms.ts';

/** What later sessions need to know of a session of one chain. */
export interface DaySummary {
  readonly date: string;
  /** Median at-the-money implied volatility of the last 15 minutes, a fraction per root year; null on expiry day. */
  readonly closeAtmIv: number | null;
  /** First and last underlying price of the session, index points. */
  readonly openUnderlying: number;
  readonly closeUnderlying: number;
  /** Root of the summed squared one-minute log returns of the session: a fraction per session, no night in it. */
  readonly dailyVolatility: number | null;
  /** When the newest of its snapshots had been received and recorded (UTC ISO). */
  readonly received_at: string;
  readonly recorded_at: string;
}

const CLOSING_MINUTES = 15;
/** Fewer returns than this are no session. */
const MIN_RETURNS = 60;

/**
 * Summarises a session, given all its snapshots that count by rising timestamp; those outside its hours do not. Null
 * when there is none. Example: `daySummary(countedOf(snapshots), windowTerms('2025-12-04', rules.NSE))`.
 */
export function daySummary(snapshots: readonly StoredSnapshot[], terms: WindowTerms): DaySummary | null {
  const minutes = minutesWithin(snapshots, terms);
  const [first, last] = [minutes[0], minutes.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    date: terms.date,
    closeAtmIv: closingVolatility(minutes, terms),
    openUnderlying: first.underlying_price,
    closeUnderlying: last.underlying_price,
    dailyVolatility: sessionVolatility(minutes.map(({ underlying_price }) => underlying_price)),
    received_at: newest(minutes.map(({ received_at }) => received_at)),
    recorded_at: newest(minutes.map(({ recorded_at }) => recorded_at)),
  };
}

function minutesWithin(snapshots: readonly StoredSnapshot[], { session }: WindowTerms): StoredSnapshot[] {
  const minutes = new Map<number, StoredSnapshot>();
  for (const snapshot of snapshots) {
    const ms = epochMs(snapshot.timestamp);
    if (session === null || ms < session.openMs || ms >= session.closeMs + MINUTE_MS) continue;
    minutes.set(minuteStamp(ms), snapshot);
  }
  return [...minutes.values()];
}

function closingVolatility(minutes: readonly StoredSnapshot[], terms: WindowTerms): number | null {
  const fromMs = terms.session!.closeMs - CLOSING_MINUTES * MINUTE_MS;
  const volatilities = minutes
    .filter(({ timestamp, expiry }) => epochMs(timestamp) >= fromMs && expiry > terms.date)
    .map(
      ({ legs, timestamp, expiry, underlying_price }) =>
        smileOf({
          legs,
          timestampMs: epochMs(timestamp),
          expiry,
          underlyingPrice: underlying_price,
          halfWidth: ladderHalfWidth(terms),
        }).atmVolatility,
    );
  const middle = median(volatilities);
  return Number.isNaN(middle) ? null : middle;
}

function sessionVolatility(prices: readonly number[]): number | null {
  if (prices.length <= MIN_RETURNS) return null;
  let squares = 0;
  for (let i = 1; i < prices.length; i += 1) squares += Math.log(prices[i]! / prices[i - 1]!) ** 2;
  return Math.sqrt(squares);
}

function newest(times: readonly string[]): string {
  return times.reduce((latest, time) => (epochMs(time) > epochMs(latest) ? time : latest));
}
