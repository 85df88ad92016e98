import type { OptionSetting } from '../../shared/domain/backtest/option-setting.ts';
import { flatMinuteIn } from '../../shared/domain/backtest/option-terms.ts';
import type { ExitReason, OptionTrade, SkipReason } from '../../shared/domain/backtest/option-trade.ts';
import { type Session, sessionOf } from '../../shared/domain/market/calendar.ts';
import { lotSizeFor, strikeStepOn, tickRupeesOn } from '../../shared/domain/market/contract.ts';
import { inForce } from '../../shared/domain/market/in-force.ts';
import { tradingCosts } from '../../shared/domain/market/trading-costs.ts';
import { kelly } from '../../shared/domain/risk/kelly.ts';
import { recommendedLots } from '../../shared/domain/risk/lots.ts';
import { circuitBreaker } from '../../shared/domain/risk/tracker/circuit-breaker.ts';
import type { Row, RowLeg } from './option-rows.ts';

type Score = NonNullable<Row['score']>;
type Chain = NonNullable<Row['chain']>;

interface Position {
  readonly order: Order;
  readonly entryMinute: number;
  readonly entryPrice: number;
  readonly lots: number;
  readonly boundRupees: number;
  /** What it could last be sold at. */
  lastPrice: number | null;
}

interface Order {
  readonly signalMinute: number;
  readonly direction: -1 | 1;
  readonly expiry: string;
  readonly strike: number;
  readonly lots: number;
  readonly freeRupees: number;
}

/**
 * The replay as it is written down at first: one row after the other, each with the whole portfolio. At every row what
 * is held is marked, what is due is sold, the order of the row before is filled, the day's profit and losing run are
 * counted up for the circuit breaker, and the score is answered.
 */
export class RowByRowEngine {
  readonly trades: OptionTrade[] = [];
  readonly skipped: Record<string, number> = {};
  /** After every row. */
  readonly equity: number[] = [];
  private positions: Position[] = [];
  /** Sent, and not yet met by an observation of the chain. */
  private orders: Order[] = [];
  private closedToday: OptionTrade[] = [];
  private lastEntryMinute = Number.NEGATIVE_INFINITY;
  private lastChain: { minute: number; chain: Chain } | null = null;
  private equityBefore: number;
  private readonly setting: OptionSetting;

  constructor(setting: OptionSetting) {
    this.setting = setting;
    this.equityBefore = setting.limits.account_rupees;
  }

  /** All rows of one session, by rising minute. */
  session(rows: readonly Row[]): void {
    this.positions = [];
    this.orders = [];
    this.closedToday = [];
    this.lastEntryMinute = Number.NEGATIVE_INFINITY;
    this.lastChain = null;
    const isRecorded = rows.some((row) => row.chain !== null);
    for (const row of rows) {
      if (row.chain !== null) this.observe(row, row.chain);
      if (row.score !== null && row.score.position !== 0) {
        const reason = isRecorded ? this.answer(row, row.score) : 'no_contract';
        if (reason !== null) this.skip(reason);
      }
      this.equity.push(this.equityNow());
    }
    this.closeSession(rows[0]?.date ?? '');
  }

  private observe({ date, minute }: Row, chain: Chain): void {
    const flat = this.flatMinute(date);
    const held = this.positions;
    this.positions = [];
    for (const position of held) {
      const price = this.sellPrice(date, this.legOf(chain, position.order));
      const reason = price === null ? null : this.exitReason(position, price, minute, flat);
      if (price !== null) position.lastPrice = price;
      if (reason === null || price === null) this.positions.push(position);
      else {
        const target = position.entryPrice + (this.setting.policy.target_rupees ?? 0);
        this.close(date, position, minute, reason === 'target' ? target : price, reason);
      }
    }
    const sent = this.orders;
    this.orders = [];
    for (const order of sent) {
      const reason = this.fill(date, minute, chain, order, flat);
      if (reason !== null) this.skip(reason);
    }
    this.lastChain = { minute, chain };
  }

  private exitReason(position: Position, price: number, minute: number, flat: number): ExitReason | null {
    const { target_rupees, stop_rupees, horizon_minutes } = this.setting.policy;
    if (target_rupees !== null && price >= position.entryPrice + target_rupees) return 'target';
    if (stop_rupees !== null && price <= position.entryPrice - stop_rupees) return 'stop';
    if (minute >= flat) return 'session_close';
    if (horizon_minutes !== null && minute >= position.entryMinute + horizon_minutes) return 'horizon';
    return null;
  }

  private fill(date: string, minute: number, chain: Chain, order: Order, flat: number): SkipReason | null {
    const { policy, rules } = this.setting;
    if (minute >= flat) return 'session_ending';
    if (minute > this.givenUp(order)) return 'no_contract';
    const leg = this.legOf(chain, order);
    const quoted = this.buyPrice(date, leg);
    if (quoted === null) return 'no_contract';
    const price = quoted + policy.price_chase_ticks * tickRupeesOn(date, rules);
    const units = lotSizeFor(order.expiry, rules);
    const margin = this.marginFraction(date);
    const costs = (lots: number) =>
      tradingCosts({ side: 'buy', premiumRupees: price, units: lots * units, date, rules }).totalRupees;
    const bound = (lots: number) => price * lots * units * margin + costs(lots);
    let lots = order.lots;
    while (lots > 0 && bound(lots) > order.freeRupees) lots--;
    if (lots === 0) return 'no_margin';
    const lastPrice = this.sellPrice(date, leg);
    const boundRupees = bound(lots);
    this.positions.push({ order, entryMinute: minute, entryPrice: price, lots, boundRupees, lastPrice });
    this.lastEntryMinute = minute;
    return null;
  }

  private answer({ date, minute }: Row, score: Score): SkipReason | null {
    const { policy, limits } = this.setting;
    const direction = score.position as -1 | 1;
    if (minute >= this.flatMinute(date)) return 'session_ending';
    if (this.isBreakerOpen()) return 'breaker_open';
    if (this.orders.some((order) => minute < this.givenUp(order))) return 'order_pending';
    const isConfident = score.confidence >= policy.confident_from;
    const most = isConfident ? policy.max_positions_confident : policy.max_positions;
    if (this.positions.length >= most) return 'positions_full';
    const { cooldown_seconds, cooldown_with_positions_seconds } = policy;
    const wait = this.positions.length > 0 ? cooldown_with_positions_seconds : cooldown_seconds;
    if ((minute - this.lastEntryMinute) * 60 < wait) return 'cooldown';
    const edge = direction === 1 ? this.setting.edges.buy : this.setting.edges.sell;
    const probability = Math.min(score.winProbability, edge.mostProbable);
    const { staked } = kelly({ probability, payoff: edge.payoff, ...limits.kelly });
    if (policy.sizing === 'kelly' && !(staked > 0)) return 'no_edge';
    const leg = this.chooseLeg(date, minute, direction);
    if (leg === null) return 'no_contract';
    const lots = policy.sizing === 'one_lot' ? 1 : this.lotsOf(date, leg, staked);
    if (lots === 0) return 'no_lots';
    const { expiry } = this.lastChain!.chain;
    const freeRupees = this.equityNow() - this.positions.reduce((sum, one) => sum + one.boundRupees, 0);
    this.orders.push({ signalMinute: minute, direction, expiry, strike: leg.strike, lots, freeRupees });
    return null;
  }

  private lotsOf(date: string, leg: RowLeg, fraction: number): number {
    const { policy, limits, rules } = this.setting;
    const units = lotSizeFor(this.lastChain!.chain.expiry, rules);
    const premium = this.buyPrice(date, leg) as number;
    return recommendedLots({
      fraction,
      accountRupees: limits.account_rupees,
      riskPerLotRupees:
        (policy.stop_rupees === null ? premium : Math.min(premium, policy.stop_rupees)) * units,
      maxLots: limits.max_lots,
    });
  }

  private chooseLeg(date: string, minute: number, direction: -1 | 1): RowLeg | null {
    const seen = this.lastChain;
    const { strikes_in_the_money: depth, max_age_seconds } = this.choice();
    if (seen === null || (minute - seen.minute) * 60 > max_age_seconds) return null;
    const optionType = direction === 1 ? 'CE' : 'PE';
    const inward = direction === 1 ? -1 : 1;
    const atm = seen.chain.atm_strike;
    const buyable = seen.chain.legs.filter(
      (leg) => leg.option_type === optionType && this.buyPrice(date, leg) !== null,
    );
    const wished = atm + inward * depth * strikeStepOn(date, this.setting.rules);
    const exact = buyable.find((leg) => leg.strike === wished);
    if (exact !== undefined || depth <= 0) return exact ?? null;
    const inside = buyable.filter((leg) => inward * (leg.strike - atm) > 0);
    const byDistance = inside.sort((a, b) => Math.abs(a.strike - atm) - Math.abs(b.strike - atm));
    return byDistance[0] ?? null;
  }

  private isBreakerOpen(): boolean {
    const { account_rupees, circuit_breaker } = this.setting.limits;
    const profit = this.closedToday.reduce((sum, trade) => sum + trade.pnl_rupees, 0);
    const lastGood = this.closedToday.findLastIndex((trade) => trade.pnl_rupees >= 0);
    return circuitBreaker({
      currentDailyLoss: profit / account_rupees,
      maxDailyLoss: circuit_breaker.max_daily_loss,
      consecutiveLosses: this.closedToday.length - 1 - lastGood,
      maxConsecutiveLosses: circuit_breaker.max_consecutive_losses,
    }).triggered;
  }

  private closeSession(date: string): void {
    for (const _ of this.orders) this.skip('session_ending');
    for (const position of this.positions) {
      const minute = Math.max(this.lastChain!.minute, this.hours(date).closeMinute);
      this.close(date, position, minute, position.lastPrice ?? 0, 'unquoted');
    }
    this.equityBefore = this.equityNow();
    this.trades.push(...this.closedToday);
  }

  private close(
    date: string,
    { order, entryMinute, entryPrice, lots }: Position,
    minute: number,
    price: number,
    reason: ExitReason,
  ): void {
    const { rules } = this.setting;
    const units = lots * lotSizeFor(order.expiry, rules);
    const bought = tradingCosts({ side: 'buy', premiumRupees: entryPrice, units, date, rules });
    const sold = tradingCosts({ side: 'sell', premiumRupees: price, units, date, rules });
    const costRupees = bought.totalRupees + sold.totalRupees;
    this.closedToday.push({
      session: date,
      direction: order.direction,
      expiry: order.expiry,
      strike: order.strike,
      option_type: order.direction === 1 ? 'CE' : 'PE',
      lots,
      units,
      signal_minute: order.signalMinute,
      entry_minute: entryMinute,
      exit_minute: minute,
      entry_price: entryPrice,
      exit_price: price,
      exit_reason: reason,
      pnl_rupees: (price - entryPrice) * units - costRupees,
      cost_rupees: costRupees,
    });
  }

  private equityNow(): number {
    return this.equityBefore + this.closedToday.reduce((sum, trade) => sum + trade.pnl_rupees, 0);
  }

  private legOf(chain: Chain, order: Order): RowLeg | undefined {
    const optionType = order.direction === 1 ? 'CE' : 'PE';
    return chain.legs.find((leg) => leg.strike === order.strike && leg.option_type === optionType);
  }

  private buyPrice(date: string, leg: RowLeg | undefined): number | null {
    if (leg === undefined) return null;
    const { bid, ask, fresh } = leg;
    if (ask !== null && ask > 0 && !(bid !== null && bid > ask)) return ask;
    return fresh === null ? null : fresh + this.slippage(date, fresh);
  }

  private sellPrice(date: string, leg: RowLeg | undefined): number | null {
    if (leg === undefined) return null;
    const { bid, ask, fresh } = leg;
    if (bid !== null && bid > 0 && !(ask !== null && bid > ask)) return bid;
    return fresh === null ? null : Math.max(0, fresh - this.slippage(date, fresh));
  }

  private slippage(date: string, price: number): number {
    const { rules } = this.setting;
    const { pct } = inForce(rules.market.slippage, 'from', date, rules, 'slippage');
    return Math.max(tickRupeesOn(date, rules), (pct / 100) * price);
  }

  private marginFraction(date: string): number {
    const { rules } = this.setting;
    return inForce(rules.market.marginOnPurchase, 'from', date, rules, 'margin_on_purchase').pct / 100;
  }

  private flatMinute(date: string): number {
    return flatMinuteIn(this.hours(date), this.setting.policy);
  }

  private hours(date: string): Session {
    return sessionOf(date, this.setting.rules)!;
  }

  private choice() {
    return this.setting.policy.contracts[this.setting.exchange];
  }

  private givenUp(order: Order): number {
    return order.signalMinute + this.choice().max_age_seconds / 60;
  }

  private skip(reason: SkipReason): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1;
  }
}
