import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The positions, with the proposed one, would bind more of the account than they may. */
export function exposure(
  { account, action, proposal }: Pick<RiskFacts, 'account' | 'action' | 'proposal'>,
  { account_rupees, breakers }: Pick<RiskPolicy, 'account_rupees' | 'breakers'>,
): string | null {
  if (account === null || action === 'HOLD' || proposal === null) return null;
  const bound = account.account_exposure_rupees + proposal.exposureRupees;
  const limit = account_rupees * breakers.max_account_exposure;
  if (bound <= limit) return null;
  return `positions would bind ${Math.round(bound)} rupees, at most ${Math.round(limit)} are allowed`;
}
