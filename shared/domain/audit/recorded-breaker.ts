import type { Recommendation } from '../scoring/recommendation.ts';

/** What an answer says of the account when it was given: the state is not kept, only what it led to. */
export interface RecordedBreaker {
  readonly daily_return: number;
  readonly consecutive_losses: number;
}

/** More than any limit: for a breaker that was open beside another reason, which left its own untold. */
const SURELY_OPEN: RecordedBreaker = { daily_return: 0, consecutive_losses: Number.MAX_SAFE_INTEGER };

/**
 * A state of the account that opens or closes the circuit breaker as it was when the answer was given, with the reason
 * that the answer told. An answer without the flag had it closed.
 * Example: `... (Daily Loss Limit Hit: -3.15%).` gives `{ daily_return: -0.0315, consecutive_losses: 0 }`.
 */
export function recordedBreaker({
  risk_flags,
  rationale,
}: Pick<Recommendation, 'risk_flags' | 'rationale'>): RecordedBreaker {
  if (!risk_flags.includes('breaker_open')) return { daily_return: 0, consecutive_losses: 0 };
  const loss = /Daily Loss Limit Hit: (-?[\d.]+)%/.exec(rationale)?.[1];
  if (loss !== undefined) return { daily_return: Number(loss) / 100, consecutive_losses: 0 };
  const run = /Consecutive Loss Limit Hit: (\d+)/.exec(rationale)?.[1];
  return run === undefined ? SURELY_OPEN : { daily_return: 0, consecutive_losses: Number(run) };
}
