import { sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { AccountTotals } from '../../shared/domain/risk/account-totals.ts';
import { contractDelta } from '../../shared/domain/risk/contract-delta.ts';
import { accountTotals } from '../../shared/domain/risk/totals.ts';
import type { TradedChain } from '../../shared/domain/scoring/contract.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';

/** The account's totals at a moment, once the traded chain is known: open positions in it weigh what they weigh now. */
export type AccountNow = (
  exchange: Exchange,
  nowMs: number,
) => Promise<(chain: TradedChain | null) => AccountTotals>;

/** Reads the account anew for every answer: a halt counts from the moment it is written. */
export function accountNow(risk: Pick<RiskStore, 'book'>, policy: RiskPolicy): AccountNow {
  return async (exchange, nowMs) => {
    const book = await risk.book();
    return (chain) =>
      accountTotals(exchange, book, {
        date: sessionDate(nowMs),
        accountRupees: policy.account_rupees,
        shortMargin: policy.short_margin,
        deltaNow: (symbol) => (chain === null ? null : contractDelta(chain.snapshot, symbol)),
      });
  };
}
