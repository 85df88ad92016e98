import type { SessionMinutes } from './session-minutes.ts';
import { MOST_MINUTES_APART, sessionVolatility } from './session-volatility.ts';
import { NO_TARGET, type Target } from './tracker-target.ts';
import type { BarrierHit } from './triple-barrier.ts';

/** Minutes that the corrected triple barrier looks ahead. */
export const SESSION_HORIZON_MINUTES = 15;

interface Met {
  readonly hit: BarrierHit;
  readonly minutes: number;
}

/**
 * The corrected triple barrier over 15 minutes of the spot: barriers at one 15-minute volatility above and below in log
 * price (`sessionVolatility` times the square root of 15). Null where the volatility is undefined, the horizon ends
 * after trading does or reaches into a pause of the spot, or two minutes in a row are missing in it, whether a barrier was met before or not: rows whose
 * horizon is cut off would else count only when they hit.
 */
export function sessionTargets(session: SessionMinutes): Target[] {
  const oneMinute = sessionVolatility(session);
  return Array.from(oneMinute, (sigma, row) => {
    const volatility = sigma * Math.sqrt(SESSION_HORIZON_MINUTES);
    if (Number.isNaN(volatility)) return NO_TARGET;
    const met = firstMet(session, row, volatility);
    if (met === null) return { ...NO_TARGET, volatility };
    return { target: SIDE_OF[met.hit], barrier_hit: met.hit, minutes_to_hit: met.minutes, volatility };
  });
}

const SIDE_OF = { upper: 1, lower: -1, time: 0 } as const;

/** What the price met first; null when the horizon is not wholly observed. */
function firstMet(
  { minutes, prices, spotLastMinutes }: SessionMinutes,
  row: number,
  barrier: number,
): Met | null {
  const start = minutes[row]!;
  const end = start + SESSION_HORIZON_MINUTES;
  if (!(end <= spotLastMinutes[row]!)) return null;
  let met: Met | null = null;
  let at = row;
  while (at + 1 < minutes.length && minutes[at + 1]! <= end) {
    at += 1;
    if (minutes[at]! - minutes[at - 1]! > MOST_MINUTES_APART) return null;
    const moved = Math.log(prices[at]! / prices[row]!);
    if (met === null && Math.abs(moved) >= barrier) {
      met = { hit: moved > 0 ? 'upper' : 'lower', minutes: minutes[at]! - start };
    }
  }
  if (end - minutes[at]! >= MOST_MINUTES_APART) return null;
  return met ?? { hit: 'time', minutes: SESSION_HORIZON_MINUTES };
}
