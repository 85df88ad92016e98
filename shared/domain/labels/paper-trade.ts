import { lotSizeFor, tickRupeesOn } from '../market/contract.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { tradingCosts, unknownCosts } from '../market/trading-costs.ts';
import type { ContractSeries } from './contract-series.ts';

/**
 * What a last price is off by when nothing is quoted, as a fraction of it, at least one tick: half of the quoted
 * spread of at-the-money index options is below this 19 times in 20.
 */
export const SLIPPAGE_FRACTION = 0.0015;

/** What a trade of a day is made at. */
export interface TradeTerms {
  readonly date: string;
  readonly rules: ExchangeRules;
  readonly tickRupees: number;
  /** False when a rate of the date is unknown: then no trade of it has a profit or loss. */
  readonly hasCosts: boolean;
}

/** @throws NotFound for a date without a known tick. */
export function tradeTerms(date: string, rules: ExchangeRules): TradeTerms {
  const hasCosts = unknownCosts(date, rules) === null;
  return { date, rules, tickRupees: tickRupeesOn(date, rules), hasCosts };
}

/** What one unit can be bought and sold at; NaN where it is not known. */
export interface ExecutionPrices {
  readonly buy: Float64Array;
  readonly sell: Float64Array;
}

/**
 * Per row: bought at the ask, sold at the bid; where that side is not quoted, or crosses the other, at the fresh last
 * price (`freshPrices`) plus or minus slippage, at least 0.
 */
export function executionPrices(
  { bid, ask }: ContractSeries,
  fresh: Float64Array,
  { tickRupees }: TradeTerms,
): ExecutionPrices {
  const slippage = (price: number) => Math.max(tickRupees, SLIPPAGE_FRACTION * price);
  const isCrossed = (row: number) => bid[row]! > ask[row]!;
  return {
    buy: fresh.map((price, row) => (ask[row]! > 0 && !isCrossed(row) ? ask[row]! : price + slippage(price))),
    sell: fresh.map((price, row) =>
      bid[row]! > 0 && !isCrossed(row) ? bid[row]! : Math.max(0, price - slippage(price)),
    ),
  };
}

/** One lot of a contract bought at a row. */
export interface Purchase {
  readonly units: number;
  /** Rupees paid, costs included. */
  readonly paidRupees: number;
}

/**
 * Buys one lot; null when the price or the costs of the date are not known.
 * @throws NotFound for an expiry without a known lot size.
 */
export function buyLot(premiumRupees: number, expiry: string, terms: TradeTerms): Purchase | null {
  const { date, rules, hasCosts } = terms;
  if (Number.isNaN(premiumRupees) || !hasCosts) return null;
  const units = lotSizeFor(expiry, rules);
  const costs = tradingCosts({ side: 'buy', premiumRupees, units, date, rules });
  return { units, paidRupees: premiumRupees * units + costs.totalRupees };
}

/** Rupees won by selling what was bought, after the costs of both orders; null when the price is not known. */
export function sellLot(
  { units, paidRupees }: Purchase,
  premiumRupees: number,
  { date, rules }: TradeTerms,
): number | null {
  if (Number.isNaN(premiumRupees)) return null;
  const costs = tradingCosts({ side: 'sell', premiumRupees, units, date, rules });
  return premiumRupees * units - costs.totalRupees - paidRupees;
}
