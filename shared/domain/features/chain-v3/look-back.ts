import { MINUTE_MS } from '../../market/indian-time.ts';
import type { FeatureWindow } from '../window.ts';

/** A snapshot this much older than asked for still stands for its minute: one or two lost minutes are bridged. */
export const BRIDGED_MINUTES = 2;

/** Values that a source may lose for a minute or two (future, volatility index) are carried for so long. */
export const CARRIED_MINUTES = 5;

/** Whole minutes of the clock from each snapshot of a window to the newest: falling, the last is 0. */
export function minutesAgo(timestampsMs: readonly number[]): number[] {
  const now = Math.floor(timestampsMs.at(-1)! / MINUTE_MS);
  return timestampsMs.map((ms) => now - Math.floor(ms / MINUTE_MS));
}

/**
 * The place of the snapshot `minutes` before now by the clock, or the nearest before it; -1 when that is more than
 * BRIDGED_MINUTES older, or there is none.
 */
export function placeBefore(ago: readonly number[], minutes: number): number {
  const place = ago.findLastIndex((one) => one >= minutes);
  return place >= 0 && ago[place]! <= minutes + BRIDGED_MINUTES ? place : -1;
}

/** The newest known value of a field within CARRIED_MINUTES before the snapshot at `place`; NaN when there is none. */
export function lastKnown(
  { snapshots }: FeatureWindow,
  ago: readonly number[],
  field: 'future_price' | 'vix',
  place = snapshots.length - 1,
): number {
  for (let at = place; at >= 0 && ago[at]! <= ago[place]! + CARRIED_MINUTES; at -= 1) {
    const value = snapshots[at]![field];
    if (value !== null && value > 0) return value;
  }
  return Number.NaN;
}
