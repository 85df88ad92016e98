import type { OptionPolicy } from '../../shared/domain/backtest/option-policy.ts';

/** What a policy says of selling. */
export type Exits = Pick<OptionPolicy, 'target_rupees' | 'stop_rupees' | 'flat_from'>;

/**
 * Why a position that was bought at `entry` is sold at `price` (rupees a unit), in the words of a backtest; null while it
 * is held. `timestamp` is ISO with the Indian offset. Example: bought at 300, 325 with a target of 25 is `target`.
 */
export function exitReason(
  { target_rupees, stop_rupees, flat_from }: Exits,
  entry: number,
  price: number,
  timestamp: string,
): 'target' | 'stop' | 'session_close' | null {
  if (target_rupees !== null && price >= entry + target_rupees) return 'target';
  if (stop_rupees !== null && price <= entry - stop_rupees) return 'stop';
  return timestamp.slice(11, 16) >= flat_from ? 'session_close' : null;
}
