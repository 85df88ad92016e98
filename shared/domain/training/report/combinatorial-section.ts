import { counted } from '../../market/counted.ts';
import type { BacktestPath, CombinatorialSummary, Spread } from '../combinatorial-summary.ts';
import { type Chart, chart, quantitative } from './chart.ts';
import type { Section } from './page.ts';

/** Each backtest path as a dot, or why there are none; no section for a run that knows nothing of them. */
export function combinatorialSections(summary: CombinatorialSummary | undefined): Section[] {
  if (summary === undefined) return [];
  const title = 'Backtest paths';
  if (summary.left_out !== null) return [{ title, says: `None: ${summary.left_out}.`, charts: [] }];
  const { paths } = summary;
  return [
    {
      title,
      says:
        `The chosen configuration on combinatorial purged folds: ${summary.groups} blocks of whole sessions, ${summary.judged} judged ` +
        `by each of ${counted(summary.splits, 'fit')} on the others, ${counted(summary.embargo_sessions, 'session')} of embargo beside each. ` +
        `Every path judges all ${summary.sessions} sessions once. Calibration and thresholds come from inside each fit. ` +
        `${moneyOf(paths)}. ` +
        'The gate does not look at these figures.',
      table: {
        head: ['over the paths', 'mean', 'deviation', 'least', 'most'],
        rows: [
          spreadRow('log-loss', summary.log_loss),
          spreadRow('AUC sell', summary.auc_sell),
          spreadRow('AUC buy', summary.auc_buy),
          spreadRow('daily Sharpe ratio', summary.daily_sharpe),
        ],
      },
      charts: [
        // Paths that hardly trade have no ratio; a picture of none would be an empty frame.
        ...(paths.some(({ daily_sharpe }) => daily_sharpe !== null)
          ? [pathsChart('daily Sharpe ratio', paths, ({ daily_sharpe }) => [daily_sharpe, 0])]
          : []),
        pathsChart('log-loss', paths, ({ log_loss, base_log_loss }) => [log_loss, base_log_loss]),
      ],
    },
  ];
}

function moneyOf(paths: readonly BacktestPath[]): string {
  if (paths.every(({ trades }) => trades === 0)) return 'No path traded';
  const losing = paths.filter(({ net_return }) => net_return < 0).length;
  return `${counted(losing, 'path')} of ${paths.length} lost money after cost`;
}

const spreadRow = (name: string, { mean, standard_deviation, least, most }: Spread) => [
  name,
  mean,
  standard_deviation,
  least,
  most,
];

/** A dot a path beside the dashed line of what a configuration without any edge would have. */
function pathsChart(
  figure: string,
  paths: readonly BacktestPath[],
  place: (path: BacktestPath) => readonly [number | null, number],
): Chart {
  const values = paths.map((path) => {
    const [value, none] = place(path);
    return { path: path.path, value, none };
  });
  return chart({
    title: `${figure} by path`,
    values,
    height: { step: 24 },
    encoding: { y: { field: 'path', title: 'path', type: 'ordinal' } },
    layer: [
      {
        mark: { type: 'rule', strokeDash: [4, 4], color: '#888888' },
        encoding: { x: { field: 'none', type: 'quantitative', aggregate: 'mean' }, y: null },
      },
      {
        mark: { type: 'point', filled: true, size: 80, color: '#0072B2' },
        encoding: { x: quantitative('value', figure, { scale: { zero: false } }) },
      },
    ],
  });
}
