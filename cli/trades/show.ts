import { type DayTotal, type DayTrade, dayTotal } from '../../shared/domain/audit/day-trades.ts';
import { indianTime } from '../indian-clock.ts';
import { faint, falls, rises, strong } from '../ink.ts';
import type { Output } from '../output.ts';

const RUPEES = new Intl.NumberFormat('en-IN', { maximumFractionDigits: 0 });

/** The trades of a day: what is open, what was closed and what it brought, and what was refused by reason. */
export function showTrades(date: string, trades: readonly DayTrade[], output: Output): void {
  if (trades.length === 0) {
    output.line(`no trades on ${date}; ./oi recommendations shows what could have been traded`);
    return;
  }
  const total = dayTotal(trades);
  output.line(strong(`trades of ${date}`));
  const traded = trades.filter(({ state }) => state !== 'rejected');
  if (traded.length > 0) {
    output.table(
      ['in', 'out', 'by', 'exchange', 'contract', 'lots', 'bought at', 'sold at', 'why', 'costs', 'PnL'],
      traded.map(row),
    );
  }
  showRefused(trades, output);
  output.line(totalLine(total));
  const missed = traded.find(({ closed }) => closed?.constraint_violation != null);
  if (missed !== undefined) output.line(faint(`${missed.trade_id}: ${missed.closed?.constraint_violation}`));
}

function row({ opened, closed, by, exchange, symbol, lots, state, reason, pnl, costs }: DayTrade) {
  return [
    opened === null ? '-' : indianTime(opened.timestamp),
    closed === null ? state : indianTime(closed.timestamp),
    by,
    exchange ?? '-',
    symbol ?? '-',
    lots ?? '-',
    opened?.price?.toFixed(2) ?? '-',
    closed?.price?.toFixed(2) ?? '-',
    reason ?? '-',
    costs === null ? '-' : RUPEES.format(costs),
    pnl === null ? '-' : signed(pnl),
  ];
}

function showRefused(trades: readonly DayTrade[], output: Output): void {
  const reasons = new Map<string, number>();
  for (const { state, by, reason } of trades) {
    if (state !== 'rejected') continue;
    const said = `${by}: ${reason}`;
    reasons.set(said, (reasons.get(said) ?? 0) + 1);
  }
  if (reasons.size === 0) return;
  const often = [...reasons].sort(([, a], [, b]) => b - a);
  output.line(`not traded  ${often.map(([said, count]) => `${said} ${count}`).join(' · ')}`);
}

function totalLine({ open, closed, won, pnl, costs }: DayTotal): string {
  const held = open === 0 ? 'nothing open' : `${open} open`;
  return `${held} · ${closed} closed, ${won} won · costs ${RUPEES.format(costs)} · PnL ${coloured(pnl)} rupees, as reported`;
}

/** Whole rupees with their sign. Example: `+1,23,457`. */
function signed(amount: number): string {
  return `${amount < 0 ? '-' : '+'}${RUPEES.format(Math.abs(amount))}`;
}

function coloured(amount: number): string {
  return amount < 0 ? falls(signed(amount)) : rises(signed(amount));
}
