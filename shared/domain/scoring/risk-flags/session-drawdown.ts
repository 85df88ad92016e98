import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The session's result, of the exchange or of the account, has fallen too far below its highest: for this session. */
export function sessionDrawdown(
  { account }: Pick<RiskFacts, 'account'>,
  { breakers }: Pick<RiskPolicy, 'breakers'>,
): string | null {
  if (account === null) return null;
  const limit = breakers.max_session_drawdown;
  const deepest = Math.max(account.drawdown, account.account_drawdown);
  if (deepest < limit) return null;
  const whose = account.drawdown >= limit ? 'exchange' : 'account';
  return `the ${whose} has fallen ${percent(deepest)} below the session's highest, the stop is ${percent(limit)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
