import type { BarrierLabel } from './label-row.ts';
import { type SessionMinutes, tradingStretches } from './session-minutes.ts';
import {
  type BarrierParameters,
  DEFAULT_BARRIER,
  tripleBarrier,
  VOLATILITY_RETURNS,
} from './triple-barrier.ts';

export type Target = Omit<BarrierLabel, 'uniqueness'>;

export const NO_TARGET: Target = { target: null, barrier_hit: null, minutes_to_hit: null, volatility: null };

/** Below this share of observed minutes, a volatility or a horizon says more about the gaps than the market. */
const MIN_OBSERVED_SHARE = 0.5;

/**
 * The tracker's triple barrier on the session's minute grid, so that its horizon is minutes and not rows. Minutes
 * without a row are gaps that no barrier is met in; where half of the minutes that a target rests on are gaps, or
 * the tracker has a 0 for want of a volatility, it is null. A pause in the session starts it afresh; of a target that
 * rests on a pause of the spot only the volatility is left, one whose barrier was met before it stands.
 */
export function trackerTargets(
  session: SessionMinutes,
  barrier: BarrierParameters = DEFAULT_BARRIER,
): Target[] {
  const targets = new Array<Target>(session.minutes.length).fill(NO_TARGET);
  for (const { start, end } of tradingStretches(session)) {
    const first = session.minutes[start]!;
    const gridIndexes = Array.from(session.minutes.subarray(start, end), (minute) => minute - first);
    const grid = new Array<number | null>(gridIndexes.at(-1)! + 1).fill(null);
    for (const [at, index] of gridIndexes.entries()) grid[index] = session.prices[start + at]!;
    const targetAt = gridTargets(grid, barrier);
    for (const [at, index] of gridIndexes.entries()) targets[start + at] = targetAt(index);
  }
  return targets.map((target, row) =>
    restsOnSpotPause(session, row, target) ? { ...NO_TARGET, volatility: target.volatility } : target,
  );
}

function restsOnSpotPause(session: SessionMinutes, row: number, { minutes_to_hit }: Target): boolean {
  if (minutes_to_hit === null) return false;
  return !(session.minutes[row]! + minutes_to_hit <= session.spotLastMinutes[row]!);
}

function gridTargets(
  grid: readonly (number | null)[],
  barrier: BarrierParameters,
): (gridRow: number) => Target {
  const result = tripleBarrier(grid, barrier);
  const kept = new Map(result.keptRows.map((gridRow, index) => [gridRow, index]));
  const isObserved = observedShares(grid);
  return (at) => {
    const sigma = result.volatility[at] ?? null;
    const volatility = isObserved(at - VOLATILITY_RETURNS, at) ? sigma : null;
    const index = kept.get(at);
    const minutes = index === undefined ? null : result.minutesToHit[index]!;
    if (index === undefined || volatility === null || minutes === null || !isObserved(at, at + minutes)) {
      return { ...NO_TARGET, volatility };
    }
    return {
      target: result.labels[index]!,
      barrier_hit: result.barrierHit[index]!,
      minutes_to_hit: minutes,
      volatility,
    };
  };
}

/** Whether enough of the minutes after `from` up to and including `to` have a row. */
function observedShares(grid: readonly (number | null)[]): (from: number, to: number) => boolean {
  const seen = [0];
  for (const price of grid) seen.push(seen.at(-1)! + Number(price !== null));
  return (from, to) => seen[to + 1]! - seen[Math.max(from, -1) + 1]! >= MIN_OBSERVED_SHARE * (to - from);
}
