import { MINUTE_MS } from '../../market/indian-time.ts';
import { expiryMs } from '../../market/moneyness.ts';
import type { FeatureWindow } from '../window.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';

const DAY_MINUTES = 1440;

/** Where now is in its own session, and how far the expiry is. */
export const CLOCK = featureGroup(
  {
    minutes_since_open: of('minutes', 'now - open of the session', 'NaN on a day without a session'),
    minutes_to_close: of('minutes', 'close of the session - now', 'NaN on a day without a session'),
    session_progress: of(
      'frac',
      'minutes since open / minutes of the session',
      'NaN on a day without a session',
    ),
    is_expiry_day: of('flag', '1 when the contract expires today', 'none'),
    days_to_expiry: of('days', 'calendar days to 15:30 of the expiry date, never below 0', 'none'),
    trading_minutes_to_expiry: of(
      'minutes',
      'minutes of sessions between now and 15:30 of the expiry date',
      'NaN when the calendar does not reach the expiry',
    ),
  },
  clockFeatures,
);

function of(unit: string, formula: string, missing: string): Described {
  return { unit, formula, source: 'timestamp, expiry; config/exchanges', lookBackMinutes: 0, missing };
}

function clockFeatures({ window, nowMs }: ChainContext) {
  const { session, expiry, date } = window;
  const [openMs, closeMs] = [session?.openMs ?? Number.NaN, session?.closeMs ?? Number.NaN];
  return {
    minutes_since_open: (nowMs - openMs) / MINUTE_MS,
    minutes_to_close: (closeMs - nowMs) / MINUTE_MS,
    session_progress: (nowMs - openMs) / (closeMs - openMs),
    is_expiry_day: Number(expiry === date),
    days_to_expiry: Math.max(0, expiryMs(expiry) - nowMs) / MINUTE_MS / DAY_MINUTES,
    trading_minutes_to_expiry: tradingMinutesToExpiry(window, nowMs),
  };
}

/** Minutes of the sessions between now and expiry; NaN when the expiry lies beyond the known calendar. */
export function tradingMinutesToExpiry(window: FeatureWindow, nowMs: number): number {
  const { session, laterSessions, calendarTo, expiry, date } = window;
  if (expiry > date && expiry > calendarTo) return Number.NaN;
  const endMs = expiryMs(expiry);
  const spans = session === null ? laterSessions : [session, ...laterSessions];
  let tradedMs = 0;
  for (const { openMs, closeMs } of spans) {
    tradedMs += Math.max(0, Math.min(closeMs, endMs) - Math.max(openMs, nowMs));
  }
  return tradedMs / MINUTE_MS;
}
