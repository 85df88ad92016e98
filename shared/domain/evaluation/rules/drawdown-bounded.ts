import { comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The largest drawdown from the starting equity stays below the cap, and near or below production's. */
export function drawdownBounded(context: GateContext): RuleResult {
  const { candidate, baseline, policy } = context;
  const { cap, tolerance } = policy.rules.drawdown_bounded;
  const mine = worst(candidate);
  const compared = worst(comparable(context));
  const theirs = baseline === null ? null : worst(baseline);
  const relative = theirs === null ? cap : theirs + tolerance;
  return {
    rule: 'drawdown-bounded',
    pass: mine <= cap && compared <= relative,
    candidate: mine,
    baseline: theirs,
    threshold: Math.min(cap, relative),
    why:
      `Largest drawdown is ${shown(mine)} of the equity, at most ${shown(cap)} is allowed` +
      (theirs === null
        ? '.'
        : `; on common sessions it is ${shown(compared)}, at most ${shown(relative)} ` +
          `(production ${shown(theirs)} + ${shown(tolerance)}).`),
  };
}

function worst({ held_out, all }: GateContext['candidate']): number {
  return Math.max(held_out.backtest.metrics.max_drawdown, all.backtest.metrics.max_drawdown);
}
