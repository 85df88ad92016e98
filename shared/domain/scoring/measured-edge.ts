import type { Decision } from './decide.ts';
import type { Action } from './recommendation.ts';

/** What the bundle measured of an action out of fold, as far as a size rests on it. */
export interface MeasuredEdge {
  /** Mean win over mean loss; 0 when none was measured or the action did not gain on average: nothing is staked. */
  readonly payoff: number;
  /** No larger probability of winning is sized on: the action's own win rate, 1 where it has none. */
  readonly mostProbable: number;
  /** The action's own trades and their mean return after cost; null where too few were measured. */
  readonly own: { readonly trades: number; readonly meanNetReturn: number } | null;
}

/**
 * An action's own record where the bundle has one of at least `fewestTrades` trades, else that of both directions, and
 * none where those are too few as well. A payoff of gains alone cannot be measured: then that of both directions counts.
 * Example: 480 SELL trades with a mean net return of -0.0001 give payoff 0, whatever both directions earned together.
 */
export function measuredEdge(action: Action, decision: Decision, fewestTrades: number): MeasuredEdge {
  const pooled = decision.trades < fewestTrades ? 0 : (decision.payoff ?? 0);
  const own = action === 'HOLD' ? undefined : decision.by_class?.[action === 'BUY' ? 'buy' : 'sell'];
  if (own === undefined || own.trades < fewestTrades || own.mean_net_return === null) {
    return { payoff: pooled, mostProbable: 1, own: null };
  }
  return {
    payoff: own.mean_net_return > 0 ? (own.payoff ?? pooled) : 0,
    mostProbable: own.win_rate ?? 1,
    own: { trades: own.trades, meanNetReturn: own.mean_net_return },
  };
}
