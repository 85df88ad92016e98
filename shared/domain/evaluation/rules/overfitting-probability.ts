import { overfittingProbability as cscv } from '../../../stats/overfitting-probability.ts';
import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * Choosing the best of the trials must not have been overfitting (PBO by CSCV). With one configuration ever tried
 * there was no choice and the rule does not apply; with several whose daily returns are missing, or too few days to
 * split, it fails.
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
  if (trials.distinct <= 1) {
    return judged(null, null, 'Not applicable: one configuration was ever tried, so nothing was selected.');
  }
  const returns = trials.daily_returns ?? [];
  if (returns.length < trials.distinct) {
    return judged(
      false,
      null,
      `The ledger names ${trials.distinct} trials but has daily returns of ${returns.length}.`,
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
