import { lotSizeFor, tickRupeesOn } from '../market/contract.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { inForce } from '../market/in-force.ts';
import { tradingCosts, unknownCosts } from '../market/trading-costs.ts';
import type { ContractSeries } from './contract-series.ts';

/** What a last price is off by when nothing is quoted: a fraction of it, at least one tick. */
export interface Slippage {
  readonly tickRupees: number;
  readonly slippageFraction: number;
}

/** What a trade of a day is made at. */
export interface TradeTerms extends Slippage {
  readonly date: string;
  readonly rules: ExchangeRules;
  /** False when a rate of the date is unknown: then no trade of it has a profit or loss. */
  readonly hasCosts: boolean;
}

/** @throws NotFound for a date without a known tick or slippage. */
export function tradeTerms(date: string, rules: ExchangeRules): TradeTerms {
  const hasCosts = unknownCosts(date, rules) === null;
  const { pct } = inForce(rules.market.slippage, 'from', date, rules, 'slippage');
  return { date, rules, tickRupees: tickRupeesOn(date, rules), slippageFraction: pct / 100, hasCosts };
}

/**
 * What one unit is bought at: the ask; where none is quoted, or the bid lies above it, the fresh last price plus slippage.
 * Prices that are not there are NaN, and so is the answer without a fresh price then. Example: ask 100.2 is 100.2.
 */
export function buyPrice(bid: number, ask: number, fresh: number, slippage: Slippage): number {
  return ask > 0 && !(bid > ask) ? ask : fresh + slippageOf(fresh, slippage);
}

/** What one unit is sold at: the bid, or the fresh last price less slippage, at least 0; otherwise as `buyPrice`. */
export function sellPrice(bid: number, ask: number, fresh: number, slippage: Slippage): number {
  return bid > 0 && !(bid > ask) ? bid : Math.max(0, fresh - slippageOf(fresh, slippage));
}

function slippageOf(price: number, { tickRupees, slippageFraction }: Slippage): number {
  return Math.max(tickRupees, slippageFraction * price);
}

/** What one unit can be bought and sold at; NaN where it is not known. */
export interface ExecutionPrices {
  readonly buy: Float64Array;
  readonly sell: Float64Array;
}

/** Prices of every row by `buyPrice` and `sellPrice`; `fresh` is `freshPrices`. */
export function executionPrices(
  { bid, ask }: ContractSeries,
  fresh: Float64Array,
  slippage: Slippage,
): ExecutionPrices {
  return {
    buy: fresh.map((price, row) => buyPrice(bid[row]!, ask[row]!, price, slippage)),
    sell: fresh.map((price, row) => sellPrice(bid[row]!, ask[row]!, price, slippage)),
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
