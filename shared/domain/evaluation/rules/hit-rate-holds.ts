import { counted } from '../../market/counted.ts';
import { candidateClass, comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The share of trades with a profit after costs holds up against production, or reaches the floor. */
export function hitRateHolds(context: GateContext): RuleResult {
  const { baseline, policy } = context;
  const candidate = comparable(context);
  const { floor, delta, replace_delta } = policy.rules.hit_rate_holds;
  const allowed = candidateClass(context) === 'refresh' ? delta : replace_delta;
  const mine = candidate.all.backtest.metrics.hit_rate;
  const theirs = baseline?.all.backtest.metrics.hit_rate ?? null;
  const threshold = theirs === null ? floor : theirs + allowed;
  return {
    rule: 'hit-rate-holds',
    pass: mine !== null && mine >= threshold,
    candidate: mine,
    baseline: theirs,
    threshold,
    why:
      `${said(mine, candidate.all.backtest.metrics.trades)}, ` +
      `at least ${shown(threshold)} is needed (${theirs === null ? 'absolute floor' : `production ${shown(theirs)}`}).`,
  };
}

function said(share: number | null, trades: number): string {
  return share === null
    ? 'Without a trade there is no share of winning ones'
    : `Share of winning trades is ${shown(share)} over ${counted(trades, 'trade')}`;
}
