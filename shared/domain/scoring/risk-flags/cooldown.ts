import { epochMs, utcIso } from '../../market/indian-time.ts';
import type { AccountTotals } from '../../risk/account-totals.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The last entry, or the last loss, of the exchange was a moment ago. */
export function cooldown(
  { account, action, nowMs }: Pick<RiskFacts, 'account' | 'action' | 'nowMs'>,
  policy: Pick<RiskPolicy, 'positions' | 'breakers'>,
): string | null {
  if (account === null || action === 'HOLD') return null;
  const untilMs = cooldownUntilMs(account, policy);
  return untilMs === null || nowMs >= untilMs ? null : `nothing is entered before ${utcIso(untilMs)}`;
}

/** When the exchange may enter again (epoch milliseconds); null when nothing has made it wait. */
export function cooldownUntilMs(
  account: Pick<AccountTotals, 'open_positions' | 'last_entry_at' | 'last_loss_at'>,
  { positions, breakers }: Pick<RiskPolicy, 'positions' | 'breakers'>,
): number | null {
  const { open_positions, last_entry_at, last_loss_at } = account;
  const afterEntry =
    open_positions > 0 ? positions.cooldown_with_positions_seconds : positions.cooldown_seconds;
  const ends = [
    ...(last_entry_at === null ? [] : [epochMs(last_entry_at) + afterEntry * 1000]),
    ...(last_loss_at === null ? [] : [epochMs(last_loss_at) + breakers.cooldown_after_loss_seconds * 1000]),
  ];
  return ends.length === 0 ? null : Math.max(...ends);
}
