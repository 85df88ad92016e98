import { deflatedSharpe as deflate } from '../../../stats/deflated-sharpe.ts';
import { counted } from '../../market/counted.ts';
import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * The daily Sharpe ratio is too good for the best of as many worthless configurations as were ever tried.
 * When the ledger has several trials but not the variance of their ratios, the variance that chance alone gives
 * (1 / (days - 1)) stands in. Of a model that was made elsewhere, what was tried there counts, too; unless that is stated
 * the rule fails.
 */
export function deflatedSharpe({ candidate, trials, imported, policy }: GateContext): RuleResult {
  const { floor } = policy.rules.deflated_sharpe;
  const { metrics } = candidate.all.backtest;
  const periods = metrics.sessions;
  const chance = 1 / Math.max(1, periods - 1);
  const variance = trials.sharpe_variance ?? chance;
  const elsewhere = imported?.configurations_tried === undefined ? 1 : imported.configurations_tried;
  if (elsewhere === null) return unknownTrials(floor);
  const count = Math.max(1, trials.distinct) + elsewhere - 1;
  const sample = {
    sharpe: metrics.daily_sharpe ?? 0,
    periods,
    skewness: metrics.skewness,
    kurtosis: metrics.kurtosis,
  };
  const value = metrics.daily_sharpe === null ? Number.NaN : deflate(sample, count, variance);
  return {
    rule: 'deflated-sharpe',
    pass: value >= floor,
    candidate: Number.isNaN(value) ? null : value,
    baseline: null,
    threshold: floor,
    why: Number.isNaN(value)
      ? `A daily Sharpe ratio cannot be estimated from ${counted(periods, 'day')}, nor the probability that it is skill; ` +
        `at least ${shown(floor)} is needed.`
      : `Probability that the daily Sharpe ratio ${shown(metrics.daily_sharpe)} over ${counted(periods, 'day')} is skill, ` +
        `given ${counted(count, 'distinct configuration')} tried ` +
        (elsewhere > 1 ? `(${elsewhere} of them elsewhere, by its maker's word) ` : '') +
        `(${trials.sharpe_variance === null ? 'variance by chance' : `variance ${shown(variance)}`}), ` +
        `is ${shown(value)}; at least ${shown(floor)} is needed.`,
  };
}

/** Without the number of trials nobody knows what luck alone would have brought. */
function unknownTrials(floor: number): RuleResult {
  return {
    rule: 'deflated-sharpe',
    pass: false,
    candidate: null,
    baseline: null,
    threshold: floor,
    why:
      'Cannot be shown: the model was made elsewhere and its manifest does not say how many configurations were tried ' +
      '(configurations_tried).',
  };
}
