import { type Chart, chart, quantitative } from './chart.ts';
import type { ReportRows } from './report-rows.ts';

/** A span below this, in percent, is drawn as flat. */
const FLAT_PCT = 0.01;

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

/** Equity as a line, its drawdown below; both on axes that mean something where nothing was traded or lost. */
export function equityChart(points: readonly EquityPoint[]): Chart {
  const values = points.map((point) => ({
    session: point.session,
    equity: point.equity * 100,
    drawdown: point.drawdown * 100,
  }));
  const { $schema, title, config, data } = chart({
    title: 'out-of-fold equity and drawdown, % of the underlying, net of costs',
    values,
  });
  return {
    ...{ $schema, title, config, data },
    vconcat: [
      panel(
        'equity',
        'equity, %',
        180,
        { type: 'line', color: '#0072B2', point: points.length < 40 },
        scaleOf(values, 'equity'),
      ),
      panel(
        'drawdown',
        'drawdown, %',
        90,
        { type: 'area', color: '#D55E00', opacity: 0.4 },
        scaleOf(values, 'drawdown'),
      ),
    ],
  };
}

const SESSIONS_SHOWN = 16;

function panel(
  field: 'equity' | 'drawdown',
  title: string,
  height: number,
  mark: object,
  scale: object,
): object {
  const labelOverlap = 'parity';
  const x = {
    field: 'session',
    type: 'ordinal',
    title: null,
    axis: field === 'equity' ? null : { labelOverlap, labelAngle: -45, labelSeparation: SESSIONS_SHOWN },
  };
  return { width: 640, height, mark, encoding: { x, y: quantitative(field, title, { scale }) } };
}

/** A curve that hardly moves would be drawn on an axis of rounding errors: it gets one of a hundredth of a percent. */
function scaleOf(
  values: readonly Record<'equity' | 'drawdown', number>[],
  field: 'equity' | 'drawdown',
): object {
  const all = values.map((value) => value[field]);
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)];
  if (most - least >= FLAT_PCT) return { zero: true };
  return { domain: field === 'equity' ? [-FLAT_PCT, FLAT_PCT] : [-FLAT_PCT, 0] };
}
