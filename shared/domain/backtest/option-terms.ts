import { NotFound } from '../../errors.ts';
import { sessionOf } from '../market/calendar.ts';
import { lotSizeFor, strikeStepOn, tickRupeesOn } from '../market/contract.ts';
import type { ExchangeRules, SessionHours } from '../market/exchange-rules.ts';
import { inForce } from '../market/in-force.ts';
import { minutesOfClock } from '../market/indian-time.ts';
import { tradingCosts } from '../market/trading-costs.ts';
import type { OptionPolicy } from './option-policy.ts';

/** What an order costs: a charge by order, and a share of its turnover. */
export interface OrderCosts {
  readonly fixedRupees: number;
  readonly rate: number;
}

/** What one session's trades are made by. */
export interface OptionTerms {
  /** Minute of the Indian day at which the session closes. */
  readonly closeMinute: number;
  /** Minute of the Indian day from which nothing is entered and everything is closed. */
  readonly flatMinute: number;
  /** Index points between neighbouring strikes. */
  readonly step: number;
  /** Units in one lot. */
  readonly units: number;
  readonly tickRupees: number;
  /** What a last price is off by where nothing is quoted, as a fraction of it; at least one tick. */
  readonly slippageFraction: number;
  /** Share of the premium that a bought option binds. */
  readonly marginFraction: number;
  readonly buying: OrderCosts;
  readonly selling: OrderCosts;
}

/** Terms of a date for contracts of an expiry; null when one of them is not known, or the exchange does not trade. */
export function optionTerms(
  date: string,
  expiry: string,
  rules: ExchangeRules,
  policy: OptionPolicy,
): OptionTerms | null {
  try {
    const session = sessionOf(date, rules);
    if (session === null) return null;
    const { market } = rules;
    const percent = (entries: (typeof market)['slippage'], name: string) =>
      inForce(entries, 'from', date, rules, name).pct / 100;
    return {
      closeMinute: session.closeMinute,
      flatMinute: flatMinuteIn(session, policy),
      step: strikeStepOn(date, rules),
      units: lotSizeFor(expiry, rules),
      tickRupees: tickRupeesOn(date, rules),
      slippageFraction: percent(market.slippage, 'slippage'),
      marginFraction: percent(market.marginOnPurchase, 'margin_on_purchase'),
      buying: orderCosts('buy', date, rules),
      selling: orderCosts('sell', date, rules),
    };
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/**
 * The minute of the Indian day from which a session holds nothing: `flat_from` for one that opens before it, and in any
 * case `flat_before_close_minutes` before the close.
 * Example: 15:20 on an ordinary day, 12:20 in a session to 12:30, 18:50 in one from 18:00 to 19:00.
 */
export function flatMinuteIn(
  { openMinute, closeMinute }: Pick<SessionHours, 'openMinute' | 'closeMinute'>,
  policy: Pick<OptionPolicy, 'flat_from' | 'flat_before_close_minutes'>,
): number {
  const ending = closeMinute - policy.flat_before_close_minutes;
  const clock = minutesOfClock(policy.flat_from);
  return openMinute < clock ? Math.min(clock, ending) : ending;
}

/** Costs of an order of a date, which are linear in its turnover. Throws NotFound when one of the rates is unknown. */
export function orderCosts(side: 'buy' | 'sell', date: string, rules: ExchangeRules): OrderCosts {
  const of = (premiumRupees: number) =>
    tradingCosts({ side, premiumRupees, units: 1, date, rules }).totalRupees;
  const fixedRupees = of(0);
  // A large turnover leaves the most digits of the rate.
  return { fixedRupees, rate: (of(1e9) - fixedRupees) / 1e9 };
}

/** Rupees that an order costs. */
export function costOf({ fixedRupees, rate }: OrderCosts, turnoverRupees: number): number {
  return fixedRupees + rate * turnoverRupees;
}
