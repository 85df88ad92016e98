import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The largest drawdown from the starting equity stays below the cap, and near or below production's. */
export function drawdownBounded({ candidate, baseline, policy }: GateContext): RuleResult {
  const { cap, tolerance } = policy.rules.drawdown_bounded;
  const mine = worst(candidate);
  const theirs = baseline === null ? null : worst(baseline);
  const threshold = theirs === null ? cap : Math.min(cap, theirs + tolerance);
  return {
    rule: 'drawdown-bounded',
    pass: mine <= threshold,
    candidate: mine,
    baseline: theirs,
    threshold,
    why:
      `Largest drawdown is ${shown(mine)} of the equity, at most ${shown(threshold)} is allowed ` +
      `(absolute cap ${shown(cap)}${theirs === null ? '' : `, production ${shown(theirs)} + ${shown(tolerance)}`}).`,
  };
}

function worst({ held_out, all }: GateContext['candidate']): number {
  return Math.max(held_out.backtest.metrics.max_drawdown, all.backtest.metrics.max_drawdown);
}
