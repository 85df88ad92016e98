import { comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The k most confident signals a day are right often enough: above the floor, no skill, and production + delta. */
export function precisionAtTopK(context: GateContext): RuleResult {
  const { baseline, policy } = context;
  const candidate = comparable(context);
  const { k, floor, lift, delta } = policy.rules.precision_at_top_k;
  const mine = candidate.all.precision_at_top_k;
  const theirs = baseline?.all.precision_at_top_k ?? null;
  const absolute = Math.max(floor, candidate.all.precision_without_skill + lift);
  const threshold = theirs === null ? absolute : Math.max(floor, theirs + delta);
  return {
    rule: 'precision-at-top-k',
    pass: mine !== null && mine >= threshold,
    candidate: mine,
    baseline: theirs,
    threshold,
    why:
      `${said(k, mine)}, at least ${shown(threshold)} is needed ` +
      `(${theirs === null ? `always the commoner direction gives ${shown(candidate.all.precision_without_skill)}` : `production ${shown(theirs)}`}).`,
  };
}

/** The thresholds of the signals play no part: the most confident rows of a day count, whether they would be traded or not. */
function said(k: number, share: number | null): string {
  return share === null
    ? `Without a labelled row there are no ${k} most confident directions a day`
    : `Of the ${k} most confident directions a day, above the signal's thresholds or not, ${shown(share)} were right`;
}
