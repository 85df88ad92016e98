import { MOST_TRADES } from '../../risk/session-state.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** As many positions as may be are held, on the exchange or in the account. */
export function openPositions(
  { account, action, confidence }: Pick<RiskFacts, 'account' | 'action' | 'confidence'>,
  { positions, breakers }: Pick<RiskPolicy, 'positions' | 'breakers'>,
): string | null {
  if (account === null || action === 'HOLD') return null;
  const { confident_from, max_positions, max_positions_confident } = positions;
  const limit = confidence >= confident_from ? max_positions_confident : max_positions;
  const { open_positions: own, account_open_positions: all } = account;
  if (own >= MOST_TRADES) {
    return `the session keeps ${MOST_TRADES} trades and is full: nothing more is entered on the exchange today`;
  }
  if (own >= limit) return `${own} positions are open on the exchange, at most ${limit} are held`;
  const most = breakers.max_account_positions;
  return all >= most ? `${all} positions are open in the account, at most ${most} are held` : null;
}
