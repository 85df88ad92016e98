import { type DayTotal, type DayTrade, dayTotal } from '../../shared/domain/audit/day-trades.ts';
import { indianTime } from '../indian-clock.ts';
import { faint, falls, rises, strong } from '../ink.ts';
import type { Output } from '../output.ts';

const RUPEES = new Intl.NumberFormat('en-IN', { maximumFractionDigits: 0 });
const NOTHING = '-';

interface Column {
  readonly head: string;
  readonly of: (trade: DayTrade) => string;
  /** Amounts, to the right. */
  readonly isAmount?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'in', of: ({ opened }) => timeOf(opened) },
  { head: 'out', of: ({ closed, state }) => (closed === null ? state : timeOf(closed)) },
  { head: 'by', of: ({ by }) => by },
  { head: 'exchange', of: ({ exchange }) => exchange ?? NOTHING },
  { head: 'contract', of: ({ symbol }) => symbol ?? NOTHING },
  { head: 'lots', of: ({ lots }) => String(lots ?? NOTHING), isAmount: true },
  { head: 'entry', of: ({ opened }) => priceOf(opened), isAmount: true },
  { head: 'exit', of: ({ closed }) => priceOf(closed), isAmount: true },
  { head: 'why', of: ({ reason }) => reason ?? NOTHING },
  { head: 'costs', of: ({ costs }) => (costs === null ? NOTHING : RUPEES.format(costs)), isAmount: true },
  { head: 'PnL', of: ({ pnl }) => (pnl === null ? NOTHING : signed(pnl)), isAmount: true },
];

/** The trades of a day: what is open, what was closed and what it brought, and what was refused by reason. */
export function showTrades(date: string, trades: readonly DayTrade[], output: Output): void {
  if (trades.length === 0) {
    output.line(`no trades on ${date}; ./oi recommendations shows what could have been traded`);
    return;
  }
  output.line(strong(`trades of ${date}`));
  const traded = trades.filter(({ state }) => state !== 'rejected');
  if (traded.length > 0) showTable(traded, output);
  showRefused(trades, output);
  output.line(totalLine(dayTotal(trades), traded));
  for (const { trade_id, closed } of traded) {
    const said = closed?.constraint_violation ?? null;
    if (said !== null) output.line(faint(`${trade_id}: ${said}`));
  }
}

function showTable(traded: readonly DayTrade[], output: Output): void {
  const columns = COLUMNS.map(({ head, of, isAmount = false }) => {
    const cells = [head, ...traded.map(of)];
    const width = Math.max(...cells.map((cell) => cell.length));
    return isAmount ? cells.map((cell) => cell.padStart(width)) : cells;
  });
  const line = (at: number) => columns.map((cells) => cells[at]!);
  output.table(
    line(0),
    traded.map((_, at) => line(at + 1)),
  );
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

function totalLine({ open, closed, won, pnl, costs }: DayTotal, traded: readonly DayTrade[]): string {
  const held = open === 0 ? 'nothing open' : `${open} open`;
  // A report need not tell its PnL: what nobody reported is not 0.
  if (closed > 0 && traded.every((one) => one.pnl === null)) {
    return `${held} · ${closed} closed, no PnL was reported; ./oi outcomes shows what the recorded prices say`;
  }
  const brought = pnl < 0 ? falls(signed(pnl)) : rises(signed(pnl));
  return `${held} · ${closed} closed, ${won} won · costs ${RUPEES.format(costs)} · PnL ${brought} rupees, as reported`;
}

function timeOf(report: DayTrade['opened']): string {
  return report === null ? NOTHING : indianTime(report.timestamp);
}

function priceOf(report: DayTrade['opened']): string {
  return report?.price?.toFixed(2) ?? NOTHING;
}

/** Whole rupees with their sign. Example: `+1,23,457`. */
function signed(amount: number): string {
  return `${amount < 0 ? '-' : '+'}${RUPEES.format(Math.abs(amount))}`;
}
