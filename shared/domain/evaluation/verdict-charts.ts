import { byClass, type Chart, chart, quantitative } from '../training/report/chart.ts';
import type { Judged } from './gate-context.ts';
import type { Measures } from './measure.ts';

const COLOUR = {
  field: 'bundle',
  type: 'nominal',
  title: null,
  scale: { domain: ['candidate', 'production'], range: ['#0072B2', '#999999'] },
};
/** Dates under the picture: more would run into each other. */
const MOST_DATES = 14;
const SCALE = { scale: { domain: [0, 1] } };

/**
 * Equity and drawdown of the candidate at the ends of its sessions, and of production on the same ones. From the dashed
 * line on the candidate's sessions are held out from the bundle itself.
 */
export function equityCharts(candidate: Judged, production: Judged | null): Chart[] {
  const values = [
    ...daysOf('candidate', candidate),
    ...(production === null ? [] : daysOf('production', production)),
  ];
  const lines = (field: string, title: string) =>
    chart({
      title,
      width: 880,
      height: 200,
      values,
      encoding: { x: sessionAxis(candidate) },
      layer: [
        {
          mark: { type: 'line', point: { size: 18 } },
          encoding: { y: quantitative(field, '%'), color: COLOUR },
        },
        ...heldOutLine(candidate),
      ],
    });
  return values.length === 0
    ? []
    : [
        lines('profit', 'profit at session ends, % of the starting equity'),
        lines('drawdown', 'drawdown at session ends, % of the peak'),
      ];
}

function heldOutLine({ held_out }: Judged): object[] {
  const first = held_out.backtest.days[0];
  if (first === undefined) return [];
  return [
    {
      data: { values: [{ session: first.session }] },
      mark: { type: 'rule', color: '#666666', strokeDash: [4, 3] },
    },
  ];
}

/** Every session has its place, some have their date. */
function sessionAxis({ all }: Judged) {
  const sessions = all.backtest.days.map(({ session }) => session);
  const step = Math.ceil(sessions.length / MOST_DATES);
  const values = sessions.filter((_, at) => at % step === 0);
  return { field: 'session', type: 'ordinal', title: null, axis: { values, labelAngle: 0 } };
}

function daysOf(bundle: string, { all }: Judged) {
  const { days } = all.backtest;
  const [first] = days;
  if (first === undefined) return [];
  const start = first.equity_rupees - first.pnl_rupees;
  let peak = start;
  return days.map(({ session, equity_rupees }) => {
    peak = Math.max(peak, equity_rupees);
    return {
      bundle,
      session,
      profit: (equity_rupees / start - 1) * 100,
      drawdown: (equity_rupees / peak - 1) * 100,
    };
  });
}

/** Reliability on all out-of-sample rows: on the diagonal a bundle keeps its word. Nothing without labels. */
export function reliabilityCharts(candidate: Judged, production: Judged | null): Chart[] {
  return [
    ...reliabilityChart('candidate', candidate.all),
    ...(production === null ? [] : reliabilityChart('production', production.all)),
  ];
}

function reliabilityChart(bundle: string, { calibration }: Measures): Chart[] {
  const values = (calibration?.by_class ?? []).flatMap(({ class: name, bins }) =>
    bins.map((bin) => ({ class: name, ...bin })),
  );
  if (values.length === 0) return [];
  const place = {
    x: quantitative('stated', 'stated probability', SCALE),
    y: quantitative('observed', 'came true', SCALE),
    color: byClass,
  };
  return [
    chart({
      title: `reliability of the ${bundle}`,
      width: 240,
      height: 240,
      values,
      layer: [
        {
          data: { values: [{ at: 0 }, { at: 1 }] },
          mark: { type: 'line', color: '#bbbbbb', strokeDash: [4, 4] },
          encoding: { x: quantitative('at', 'stated probability'), y: quantitative('at', 'came true') },
        },
        { mark: { type: 'line', opacity: 0.6, point: true }, encoding: place },
      ],
    }),
  ];
}
