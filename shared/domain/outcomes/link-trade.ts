import { isStandIn } from '../audit/stand-in.ts';
import type { StoredTrade, Trade } from '../audit/trade.ts';
import { epochMs } from '../market/indian-time.ts';
import type { Action } from '../scoring/recommendation.ts';

/** The reports of one trade, put together. */
export interface LinkedTrade {
  readonly trade_id: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity_lots: number;
  readonly entered_at: string;
  /** Null while the position is open. */
  readonly closed_at: string | null;
  /** Rupees, as reported at close; a claim until it is re-marked. */
  readonly claimed_pnl: number | null;
  /** The position gains when the action loses: its result says nothing about the recommendation. */
  readonly exposure_inverted: boolean;
}

/**
 * The executed trade among the reports that name a recommendation or one of its trade ids, with its closing if there
 * is one; the earliest when there are several, the built-in broker's only where there is no other. Null when nothing was executed (no report, or a rejection). Without an
 * action (a manual trade of nobody's recommendation) nothing is inverted.
 * Example: a SELL recommendation answered by selling a put gives `exposure_inverted: true`.
 */
export function linkTrade(
  action: Action | null,
  reports: readonly (StoredTrade | Trade)[],
  optionType: OptionType | null = null,
): LinkedTrade | null {
  const inTime = reports.toSorted((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
  const opened = inTime.filter((report) => report.status === 'executed');
  const executed = opened.find(({ trade_id }) => !isStandIn(trade_id)) ?? opened[0];
  if (executed === undefined) return null;
  const { trade_id, symbol, side, quantity_lots } = executed;
  if (symbol === null || side === null || quantity_lots === null) return null;
  const closed = closingOf(
    inTime.filter((report) => report.trade_id === trade_id),
    executed,
  );
  return {
    trade_id,
    symbol,
    side,
    quantity_lots,
    entered_at: executed.timestamp,
    closed_at: closed?.timestamp ?? null,
    claimed_pnl: closed?.pnl ?? null,
    exposure_inverted: action !== null && exposureInverted(action, symbol, side, optionType),
  };
}

/**
 * The closing among the reports of one trade: the first that does not lie before its opening, for want of one the first
 * of all. Example: closings of 12:30 and 12:50 of a trade opened at 12:35 give that of 12:50.
 */
export function closingOf<Report extends Trade>(
  reports: readonly Report[],
  opening: Pick<Trade, 'timestamp'> | undefined,
): Report | undefined {
  const closings = reports
    .filter(({ status }) => status === 'closed')
    .toSorted((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
  const openedMs = opening === undefined ? 0 : epochMs(opening.timestamp);
  return closings.find(({ timestamp }) => epochMs(timestamp) >= openedMs) ?? closings[0];
}

export type OptionType = 'CE' | 'PE';

/**
 * Whether a position gains where the action expects to lose. Bought calls and sold puts gain when the underlying rises,
 * sold calls and bought puts when it falls; a symbol that is neither follows its side. HOLD expects nothing: false.
 * What the recorded chain says of the contract counts before what its symbol ends in.
 */
export function exposureInverted(
  action: Action,
  symbol: string,
  side: 'BUY' | 'SELL',
  optionType: OptionType | null = null,
): boolean {
  if (action === 'HOLD') return false;
  const isPut = optionType === null ? symbol.endsWith('PE') : optionType === 'PE';
  const gainsOnRise = isPut ? side === 'SELL' : side === 'BUY';
  return gainsOnRise !== (action === 'BUY');
}
