import { exchangesRules } from '../../shared/config/exchanges.ts';
import type { ExchangeRules } from '../../shared/domain/market/exchange-rules.ts';

/** The rules of BSE with its exchange fee entered from a date on only: what a trade cost before is unknown. */
export function bseWithFeesFrom(date: string): ExchangeRules {
  const { BSE } = exchangesRules();
  const { market } = BSE;
  const exchange_fee = market.costs.exchange_fee.filter(({ from }) => from >= date);
  return { ...BSE, market: { ...market, costs: { ...market.costs, exchange_fee } } };
}
