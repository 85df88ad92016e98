import { deflatedSharpe as deflate } from '../../../stats/deflated-sharpe.ts';
import { meanCorrelation } from '../../../stats/mean-correlation.ts';
import { counted } from '../../market/counted.ts';
import { candidateClass, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * The daily Sharpe ratio is too good for the best of as many worthless configurations as were ever tried.
 * Worthless ones differ by chance alone: the variance of their ratios is at most (1 - mean correlation) / (days - 1), with
 * correlation 0 where the ledger has no comparable days. What those of the ledger vary beyond that is skill, of which the
 * worthless have none; where they vary less, that counts. A refresh counts as one trial: its logic was deflated when it was new, and what it must not
 * fall behind is production, which has the same (sharpe). That its record earns anything must be as likely as
 * `refresh_floor`. Of a model that was made elsewhere, what was tried there counts, too; unless that is stated the rule
 * fails.
 */
export function deflatedSharpe(context: GateContext): RuleResult {
  const { candidate, trials, imported, policy } = context;
  const isRefresh = candidateClass(context) === 'refresh';
  const { deflated_sharpe: limits } = policy.rules;
  const floor = isRefresh ? limits.refresh_floor : limits.floor;
  const { metrics } = candidate.all.backtest;
  const periods = metrics.sessions;
  const variance = Math.min(trials.sharpe_variance ?? Number.POSITIVE_INFINITY, byChance(trials, periods));
  const elsewhere = imported?.configurations_tried === undefined ? 1 : imported.configurations_tried;
  if (elsewhere === null) return unknownTrials(floor);
  const count = isRefresh ? 1 : Math.max(1, trials.distinct) + elsewhere - 1;
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
        (isRefresh ? '(a refresh selects nothing) ' : '') +
        (elsewhere > 1 ? `(${elsewhere} of them elsewhere, by its maker's word) ` : '') +
        `(variance ${shown(variance)}${variance === trials.sharpe_variance ? '' : ' by chance'}), ` +
        `is ${shown(value)}; at least ${shown(floor)} is needed.`,
  };
}

/** How much the Sharpe ratios of worthless trials vary that are as alike as those of the ledger. */
function byChance({ daily_returns }: GateContext['trials'], periods: number): number {
  const alike = daily_returns === null ? Number.NaN : meanCorrelation(daily_returns);
  const days = Number.isNaN(alike) ? periods : (daily_returns?.[0]?.length ?? periods);
  return (1 - Math.max(0, Number.isNaN(alike) ? 0 : alike)) / Math.max(1, days - 1);
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
