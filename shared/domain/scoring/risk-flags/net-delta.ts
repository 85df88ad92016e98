import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** With the proposed position, a move of all underlyings by 1 % could cost too much; one that takes delta away may. */
export function netDelta(
  { account, action, proposal }: Pick<RiskFacts, 'account' | 'action' | 'proposal'>,
  { account_rupees, breakers }: Pick<RiskPolicy, 'account_rupees' | 'breakers'>,
): string | null {
  if (account === null || action === 'HOLD' || proposal === null) return null;
  const now = account.account_delta_rupees;
  const then = now + proposal.deltaRupees;
  const limit = account_rupees * breakers.max_account_delta;
  if (Math.abs(then) <= limit || Math.abs(then) <= Math.abs(now)) return null;
  return `a move of 1 % would bring or cost ${Math.round(Math.abs(then))} rupees, at most ${Math.round(limit)} are allowed`;
}
