import { overfittingProbability as cscv } from '../../../stats/overfitting-probability.ts';
import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * Choosing the best of the trials on this dataset must not have been overfitting (PBO by CSCV). With one configuration
 * there was no choice and the rule does not apply (earlier nights' trials count in deflated-sharpe); with several whose
 * daily returns cannot be compared, or too few days to split, it fails.
 */
export function overfittingProbability({ trials, policy }: GateContext): RuleResult {
  const { cap, blocks } = policy.rules.overfitting_probability;
  const judged = (pass: boolean | null, value: number | null, why: string): RuleResult => ({
    rule: 'overfitting-probability',
    pass,
    candidate: value,
    baseline: null,
    threshold: cap,
    why,
  });
  const rivals = trials.on_this_dataset;
  if (rivals <= 1) {
    const why = `Not applicable: one configuration was tried on this dataset, so nothing was selected (${trials.distinct} ever, see deflated-sharpe).`;
    return judged(null, null, why);
  }
  const returns = trials.daily_returns ?? [];
  if (returns.length < rivals) {
    return judged(
      false,
      null,
      `The ledger names ${rivals} trials but has comparable daily returns of ${returns.length}.`,
    );
  }
  const days = returns[0]?.length ?? 0;
  const usable = Math.min(blocks, 2 * Math.floor(days / 4));
  if (usable < 4) return judged(false, null, `At least 8 common days are needed to split, was ${days}.`);
  const { pbo, splits } = cscv(returns, usable);
  return judged(
    pbo <= cap,
    pbo,
    `In ${shown(pbo)} of ${splits} splits the best of ${returns.length} trials fell into the lower half out of sample; ` +
      `at most ${shown(cap)} is allowed.`,
  );
}
