import { counted } from '../../market/counted.ts';
import type { Trial } from '../trial.ts';
import { type Chart, chart, nominal, quantitative } from './chart.ts';

/**
 * Every configuration ever tried for this exchange and target: loss against daily Sharpe ratio, this run marked.
 * Trials without a ratio cannot be placed; with none that can, there is no picture.
 */
export function trialsCharts(trials: readonly Trial[], current: string): Chart[] {
  const placed = trials.filter(({ daily_sharpe }) => daily_sharpe !== null);
  return placed.length === 0 ? [] : [trialsChart(placed, current)];
}

function trialsChart(trials: readonly Trial[], current: string): Chart {
  return chart({
    title: `${counted(trials.length, 'trial')} of the ledger with a Sharpe ratio`,
    values: trials.map((trial) => ({
      family: trial.family,
      loss: trial.out_of_fold_log_loss,
      sharpe: trial.daily_sharpe,
      is: trial.configuration_hash === current ? 'this configuration' : 'another',
    })),
    mark: { type: 'point', filled: true, size: 60 },
    encoding: {
      x: quantitative('loss', 'out-of-fold log-loss', { scale: { zero: false } }),
      y: quantitative('sharpe', 'daily Sharpe ratio'),
      color: nominal('family', 'family'),
      shape: nominal('is', 'configuration'),
    },
  });
}
