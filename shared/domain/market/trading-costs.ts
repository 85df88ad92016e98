import { NotFound, RejectedInput } from '../../errors.ts';
import type { CostRules, ExchangeRules } from './exchange-rules.ts';
import { inForce } from './in-force.ts';

/** One executed option order: the premium is that of one unit, `date` the day of the trade. */
export interface OptionTrade {
  readonly side: 'buy' | 'sell';
  readonly premiumRupees: number;
  /** Units, not lots. */
  readonly units: number;
  readonly date: string;
  readonly rules: ExchangeRules;
}

/** What one order costs, part by part, in rupees. */
export interface TradingCosts {
  readonly brokerageRupees: number;
  readonly exchangeFeeRupees: number;
  readonly investorProtectionFeeRupees: number;
  readonly sebiFeeRupees: number;
  readonly gstRupees: number;
  readonly sttRupees: number;
  readonly stampDutyRupees: number;
  readonly totalRupees: number;
}

type Percentage = Exclude<keyof CostRules, 'brokerage'>;

/**
 * Taxes, fees and brokerage of one executed option order. Securities transaction tax falls on the sale, stamp duty
 * on the purchase, goods and services tax on brokerage and fees. Nothing is rounded (a contract note rounds the tax
 * and the duty of a whole day to rupees); slippage and the tax on exercise at expiry are not in it.
 * Throws NotFound for a date on which one of the rates is unknown, RejectedInput for a premium below 0 or not
 * finite and for units that are no positive integer.
 * Example: selling 75 units at 200 rupees on NSE on 2025-06-02 costs 44.9065 rupees in all.
 */
export function tradingCosts(trade: OptionTrade): TradingCosts {
  assertTrade(trade);
  const { side, date, rules } = trade;
  const { costs } = rules.market;
  const turnover = trade.premiumRupees * trade.units;
  const on = (rupees: number, key: Percentage) =>
    (rupees * inForce(costs[key], 'from', date, rules, `costs.${key}`).pct) / 100;
  const brokerageRupees = inForce(costs.brokerage, 'from', date, rules, 'costs.brokerage').rupees_per_order;
  const exchangeFeeRupees = on(turnover, 'exchange_fee');
  const investorProtectionFeeRupees = on(turnover, 'investor_protection_fee');
  const sebiFeeRupees = on(turnover, 'sebi_fee');
  const taxable = brokerageRupees + exchangeFeeRupees + investorProtectionFeeRupees + sebiFeeRupees;
  const gstRupees = on(taxable, 'gst');
  const sttRupees = on(side === 'sell' ? turnover : 0, 'stt_on_sale');
  const stampDutyRupees = on(side === 'buy' ? turnover : 0, 'stamp_duty_on_purchase');
  return {
    brokerageRupees,
    exchangeFeeRupees,
    investorProtectionFeeRupees,
    sebiFeeRupees,
    gstRupees,
    sttRupees,
    stampDutyRupees,
    totalRupees: taxable + gstRupees + sttRupees + stampDutyRupees,
  };
}

/**
 * Why an option order of a date has no known costs, naming the missing entry; null when all rates are known.
 * Example: `expected a costs.exchange_fee of BSE for 2023-12-29, was none before 2024-01-01; ...`.
 */
export function unknownCosts(date: string, rules: ExchangeRules): string | null {
  try {
    tradingCosts({ side: 'buy', premiumRupees: 0, units: 1, date, rules });
    return null;
  } catch (error) {
    if (error instanceof NotFound) return error.message;
    throw error;
  }
}

function assertTrade({ premiumRupees, units }: OptionTrade): void {
  if (!(premiumRupees >= 0 && Number.isFinite(premiumRupees))) {
    throw new RejectedInput(`premiumRupees: expected a finite number from 0, was ${premiumRupees}`, {
      field: 'premiumRupees',
    });
  }
  if (!(Number.isInteger(units) && units > 0)) {
    throw new RejectedInput(`units: expected a positive integer, was ${units}`, { field: 'units' });
  }
}
