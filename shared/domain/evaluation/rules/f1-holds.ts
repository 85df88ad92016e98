import { candidateClass, comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * The mean F1 of SELL and BUY holds up against production, or beats guessing by base rates. Every label counts, not only
 * those that were traded: it tells a better model from a lucky one where few trades cannot.
 */
export function f1Holds(context: GateContext): RuleResult {
  const { baseline, policy } = context;
  const candidate = comparable(context);
  const { lift, delta, replace_delta } = policy.rules.f1_holds;
  const allowed = candidateClass(context) === 'refresh' ? delta : replace_delta;
  const mine = candidate.all.f1;
  const theirs = baseline?.all.f1 ?? null;
  const guess = candidate.all.f1_without_skill;
  const threshold = theirs === null ? guess + lift : theirs + allowed;
  return {
    rule: 'f1-holds',
    pass: mine !== null && mine >= threshold,
    candidate: mine,
    baseline: theirs,
    threshold,
    why:
      `${mine === null ? 'Without a labelled row there is no F1 of the two directions' : `F1 of the two directions is ${shown(mine)}`}, at least ${shown(threshold)} is needed ` +
      `(${theirs === null ? `guessing by base rates scores ${shown(guess)}` : `production ${shown(theirs)}`}).`,
  };
}
