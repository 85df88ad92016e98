import { standInTradeId } from '../audit/stand-in.ts';
import type { Trade } from '../audit/trade.ts';
import type { ExitReason, SkipReason } from '../backtest/option-trade.ts';
import { utcIso } from '../market/indian-time.ts';
import type { Order } from './order.ts';

/** Why the broker followed a recommendation no further: as a backtest has it, or because the tracker follows it. */
export type RefusalReason = SkipReason | 'too_late';
export type CloseReason = ExitReason | 'left_to_tracker';

/** The report of a purchase. */
export function executedReport(
  order: Order,
  { lots, price, atMs }: { lots: number; price: number; atMs: number },
): Trade {
  return { ...reportOf(order, 'executed', atMs), side: 'BUY', quantity_lots: lots, price };
}

/** The report of an order that was not filled. `too_late`: the broker had it when it was already to be given up. */
export function rejectedReport(order: Order, reason: RefusalReason, atMs: number): Trade {
  return { ...reportOf(order, 'rejected', atMs), side: 'BUY', quantity_lots: order.lots, reason };
}

/** The report of a sale: the profit is after the costs of both orders. */
export function closedReport(
  order: Order,
  sale: { lots: number; price: number; atMs: number; reason: CloseReason; pnl: number; costs: number },
): Trade {
  const { lots, price, atMs, reason, pnl, costs } = sale;
  return { ...reportOf(order, 'closed', atMs), side: 'SELL', quantity_lots: lots, price, reason, pnl, costs };
}

function reportOf(order: Order, status: Trade['status'], atMs: number): Trade {
  const { recommendation_id, exchange, symbol } = order;
  return {
    recommendation_id,
    trade_id: standInTradeId(recommendation_id),
    origin: 'auto',
    status,
    exchange,
    reason: null,
    symbol,
    side: null,
    quantity_lots: null,
    price: null,
    timestamp: utcIso(atMs),
    pnl: null,
    costs: null,
    constraint_violation: null,
  };
}
