import { epochMs, sessionDate } from '../market/indian-time.ts';
import { type AccountTotals, noTotals } from '../risk/account-totals.ts';
import type { Recommendation } from '../scoring/recommendation.ts';
import { recordedBreaker } from './recorded-breaker.ts';

type Recorded = Pick<Recommendation, 'risk_flags' | 'rationale' | 'recorded_at'> & {
  /** Left out by answers that are older than the field. */
  readonly risk?: Recommendation['risk'];
};

/**
 * The account's totals as the risk rules saw them when the answer was given: its own `risk` block, or of an older answer
 * what its flags and sentence tell of the circuit breaker.
 */
export function recordedTotals(recorded: Recorded): AccountTotals {
  if (recorded.risk) {
    const { proposal: _proposal, volatility: _volatility, ...totals } = recorded.risk;
    return totals;
  }
  const date = sessionDate(epochMs(recorded.recorded_at));
  return { ...noTotals(date), ...recordedBreaker(recorded) };
}
