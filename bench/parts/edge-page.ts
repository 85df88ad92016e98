import { renderChart } from '../../shared/adapters/vega/render-chart.ts';
import { chart, nominal, quantitative } from '../../shared/domain/training/report/chart.ts';
import { page } from '../../shared/domain/training/report/page.ts';
import type { Judgement } from './honesty.ts';

/** The benchmark as a page: what was found over what was planted. */
export function edgePage(judged: readonly Judgement[], sessions: number): Promise<string> {
  const values = judged.map((one) => ({
    ...one,
    least: one.auc - 2 * one.error,
    most: one.auc + 2 * one.error,
  }));
  const x = quantitative('edge', 'planted edge');
  const color = nominal('family', 'family');
  const found = chart({
    title: 'what was found over what was planted',
    width: 420,
    height: 280,
    values,
    layer: [
      {
        data: { values: [{ at: 0.5 }] },
        mark: { type: 'rule', color: '#bbbbbb', strokeDash: [4, 4] },
        encoding: { y: quantitative('at', '') },
      },
      {
        mark: { type: 'rule', opacity: 0.7 },
        encoding: {
          x,
          color,
          y: quantitative('least', 'AUC of direction', { scale: { zero: false } }),
          y2: { field: 'most' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 60 },
        encoding: { x, color, y: quantitative('auc', 'AUC of direction') },
      },
    ],
  });
  return page(
    'Whether training is honest',
    `Simulated markets of ${sessions} sessions, out of fold.`,
    [
      {
        title: 'What was found over what was planted',
        says: 'BUY against SELL among the rows that moved. The bars are two standard errors to each side, a day counting as one observation. Without an edge they hold 0.5; with a larger one the points rise.',
        charts: [found],
        table: {
          head: [
            'family',
            'edge',
            'seed',
            'AUC',
            'error',
            'ECE',
            'bias',
            'log-loss / base',
            'net, bps',
            'net held out, bps',
          ],
          rows: judged.map((one) => [
            ...[one.family, one.edge, one.seed, one.auc, one.error, one.ece, one.bias, one.loss_ratio],
            ...[one.net_bps, one.held_out_net_bps],
          ]),
          decimals: 3,
        },
      },
    ],
    renderChart,
  );
}
