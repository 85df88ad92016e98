import { overfittingProbability as cscv } from '../../../stats/overfitting-probability.ts';
import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * Choosing the best of the trials on this dataset must not have been overfitting (PBO by CSCV): a split counts against it
 * when its winner falls into the lower half out of sample by more than `margin`, for among trials that are as good as each
 * other any winner does no harm. With one configuration
 * there was no choice and the rule does not apply (earlier nights' trials count in deflated-sharpe); with several whose
 * daily returns cannot be compared, or too few days to split, it fails; so it does for a model that was chosen elsewhere
 * among configurations that the ledger does not know.
 */
export function overfittingProbability({ trials, imported, policy }: GateContext): RuleResult {
  const { cap, blocks, margin } = policy.rules.overfitting_probability;
  const judged = (pass: boolean | null, value: number | null, why: string): RuleResult => ({
    rule: 'overfitting-probability',
    pass,
    candidate: value,
    baseline: null,
    threshold: cap,
    why,
  });
  if (imported) return judgedElsewhere(judged, imported.configurations_tried);
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
  const { pbo, splits } = cscv(returns, usable, margin);
  return judged(
    pbo <= cap,
    pbo,
    `In ${shown(pbo)} of ${splits} splits the best of ${returns.length} trials fell into the lower half out of sample by more than ${shown(margin)} daily Sharpe; ` +
      `at most ${shown(cap)} is allowed.`,
  );
}

/** The ledger knows nothing of what a model was chosen among elsewhere. */
function judgedElsewhere(
  judged: (pass: boolean | null, value: number | null, why: string) => RuleResult,
  tried: number | null,
): RuleResult {
  if (tried === 1) {
    const why = "Not applicable: by its maker's word nothing else was tried, so nothing was selected.";
    return judged(null, null, why);
  }
  const among = tried === null ? 'an unknown number of configurations' : `${tried} configurations`;
  const why = `Cannot be shown: the model was chosen elsewhere among ${among}, whose daily returns are not in the ledger.`;
  return judged(false, null, why);
}
