import { circuitBreaker } from '../../risk/tracker/circuit-breaker.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/**
 * The tracker's circuit breaker is open: the day's loss, of the exchange or of the whole account, or a losing run.
 * Results count once they are re-marked from recorded prices.
 */
export function breakerOpen(
  { account }: Pick<RiskFacts, 'account'>,
  { circuit_breaker }: Pick<RiskPolicy, 'circuit_breaker'>,
): string | null {
  if (account === null) return null;
  const { max_daily_loss: maxDailyLoss, max_consecutive_losses: maxConsecutiveLosses } = circuit_breaker;
  const own = circuitBreaker({
    currentDailyLoss: account.daily_return,
    maxDailyLoss,
    consecutiveLosses: account.consecutive_losses,
    maxConsecutiveLosses,
  });
  if (own.triggered) return `the circuit breaker is open (${own.reason})`;
  const whole = circuitBreaker({ currentDailyLoss: account.account_daily_return, maxDailyLoss });
  return whole.triggered ? `the circuit breaker of the account is open (${whole.reason})` : null;
}
