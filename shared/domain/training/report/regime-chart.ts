import { type Chart, chart, nominal, quantitative } from './chart.ts';
import type { ReportRows } from './report-rows.ts';

const MOST_POINTS = 1500;

/** The price of the underlying coloured by its regime, observation by observation: time between sessions is left out. */
export function regimeChart({ prices, regimes, sessions, timestampsMs }: ReportRows): Chart {
  const step = Math.max(1, Math.ceil(prices.length / MOST_POINTS));
  const values = prices.flatMap((price, at) =>
    at % step === 0 && price !== null
      ? [{ at, price, regime: `regime ${regimes[at]}`, session: sessions[at], time: timestampsMs[at] }]
      : [],
  );
  return chart({
    title: 'regimes over the price',
    width: 640,
    values,
    mark: { type: 'circle', size: 8 },
    encoding: {
      x: quantitative('at', '', { axis: sessionAxis(sessions) }),
      y: quantitative('price', 'underlying', { scale: { zero: false } }),
      color: nominal('regime', 'regime', { scale: { scheme: 'tableau10' } }),
    },
  });
}

const SESSIONS_SHOWN = 10;

/** Ticks where sessions begin, named by their dates; some of them where there are many. */
function sessionAxis(sessions: readonly string[]): object {
  const starts = sessions.flatMap((session, at) => (session === sessions[at - 1] ? [] : [at]));
  const every = Math.ceil(starts.length / SESSIONS_SHOWN);
  const values = starts.filter((_, at) => at % every === 0);
  const names = Object.fromEntries(values.map((at) => [at, sessions[at]]));
  return { grid: true, values, labelExpr: `(${JSON.stringify(names)})[datum.value]`, labelAngle: -30 };
}
