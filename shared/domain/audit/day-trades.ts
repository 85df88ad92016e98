import { epochMs } from '../market/indian-time.ts';
import { isStandIn } from './stand-in.ts';
import type { Trade } from './trade.ts';

/** The reports of one trade on a day, side by side. */
export interface DayTrade {
  readonly trade_id: string;
  readonly recommendation_id: string | null;
  readonly by: 'broker' | 'tracker' | 'person';
  readonly exchange: Trade['exchange'];
  readonly symbol: string | null;
  readonly lots: number | null;
  readonly state: 'open' | 'closed' | 'rejected';
  /** Null where that day has no report of it. */
  readonly opened: Trade | null;
  readonly closed: Trade | null;
  /** Why it was closed or rejected. */
  readonly reason: string | null;
  /** Rupees, as reported. */
  readonly pnl: number | null;
  readonly costs: number | null;
}

/** What a day's trades came to: closed ones only. Rupees. */
export interface DayTotal {
  readonly open: number;
  readonly closed: number;
  readonly rejected: number;
  readonly won: number;
  readonly pnl: number;
  readonly costs: number;
}

/** The trades of a day's reports, in the order of their first reports. Example: an opening and its closing are one. */
export function dayTrades(reports: readonly Trade[]): DayTrade[] {
  const byTrade = new Map<string, Trade[]>();
  for (const one of reports.toSorted((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp))) {
    byTrade.set(one.trade_id, [...(byTrade.get(one.trade_id) ?? []), one]);
  }
  return [...byTrade.values()].map(dayTrade);
}

function dayTrade(reports: readonly Trade[]): DayTrade {
  const of = (status: Trade['status']) => reports.find((one) => one.status === status) ?? null;
  const [opened, closed, rejected] = [of('executed'), of('closed'), of('rejected')];
  const named = <Key extends keyof Trade>(key: Key) =>
    reports.find((one) => one[key] !== null)?.[key] ?? null;
  const { trade_id, origin } = reports[0]!;
  return {
    trade_id,
    recommendation_id: named('recommendation_id'),
    by: isStandIn(trade_id) ? 'broker' : origin === 'manual' ? 'person' : 'tracker',
    exchange: named('exchange'),
    symbol: named('symbol'),
    lots: named('quantity_lots'),
    state: closed !== null ? 'closed' : opened !== null ? 'open' : 'rejected',
    opened,
    closed,
    reason: (closed ?? rejected)?.reason ?? null,
    pnl: closed?.pnl ?? null,
    costs: closed?.costs ?? null,
  };
}

export function dayTotal(trades: readonly DayTrade[]): DayTotal {
  const count = (state: DayTrade['state']) => trades.filter((one) => one.state === state).length;
  const sum = (key: 'pnl' | 'costs') => trades.reduce((total, one) => total + (one[key] ?? 0), 0);
  const won = trades.filter(({ pnl }) => (pnl ?? 0) > 0).length;
  return {
    ...{ open: count('open'), closed: count('closed'), rejected: count('rejected') },
    ...{ won, pnl: sum('pnl'), costs: sum('costs') },
  };
}
