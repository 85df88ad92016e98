import { type Chart, chart, quantitative } from './chart.ts';
import type { ReportRows } from './report-rows.ts';

export interface EquityPoint {
  readonly session: string;
  readonly trades: number;
  /** Net of costs, fraction of the underlying, of this session. */
  readonly net_return: number;
  /** Sum from the first session on. */
  readonly equity: number;
  /** Below the highest equity so far, the start included; <= 0. */
  readonly drawdown: number;
}

/** Out-of-fold equity by session, without compounding: every signal earns its label's move less the cost. */
export function outOfFoldEquity(rows: ReportRows, costReturn: number): EquityPoint[] {
  const byDay = new Map<string, { trades: number; net_return: number }>();
  rows.sessions.forEach((session, row) => {
    const day = byDay.get(session) ?? { trades: 0, net_return: 0 };
    const [position, move] = [rows.positions[row] as number, rows.forwardReturns[row] ?? null];
    if (position !== 0 && move !== null) {
      day.trades += 1;
      day.net_return += position * move - costReturn;
    }
    byDay.set(session, day);
  });
  let [equity, highest] = [0, 0];
  return [...byDay].map(([session, day]) => {
    equity += day.net_return;
    highest = Math.max(highest, equity);
    return { session, ...day, equity, drawdown: equity - highest };
  });
}

/** Equity as a line over its drawdown. */
export function equityChart(points: readonly EquityPoint[]): Chart {
  const x = { field: 'session', type: 'ordinal', title: null, axis: { labelOverlap: true } };
  return chart({
    title: 'out-of-fold equity and drawdown, % of the underlying, net of costs',
    width: 640,
    values: points.map((point) => ({
      session: point.session,
      equity: point.equity * 100,
      drawdown: point.drawdown * 100,
    })),
    layer: [
      {
        mark: { type: 'area', color: '#D55E00', opacity: 0.25 },
        encoding: { x, y: quantitative('drawdown', '%') },
      },
      { mark: { type: 'line', color: '#0072B2' }, encoding: { x, y: quantitative('equity', '%') } },
    ],
  });
}
