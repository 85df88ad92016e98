import type { Outcome } from './outcome.ts';

/** How recommendations turned out; rates are fractions, null where there was nothing to count. */
export interface Performance {
  readonly resolved: number;
  readonly pending: number;
  readonly unresolvable: number;
  /** Share of resolved BUY and SELL recommendations that named the realised direction. */
  readonly accuracy: number | null;
  /** Trades with a re-marked profit whose exposure followed the action. */
  readonly trades: number;
  readonly win_rate: number | null;
  /** Mean win over mean loss. */
  readonly payoff: number | null;
  readonly pnl_rupees: number;
  /** Largest fall below the running maximum, which starts at 0. */
  readonly drawdown_rupees: number;
  readonly inverted_trades: number;
}

/** Performance of outcomes in the order of their recommendations (one horizon). Empty gives zeros and nulls. */
export function performance(outcomes: readonly Outcome[]): Performance {
  const of = (status: Outcome['status']) => outcomes.filter((one) => one.status === status);
  const resolved = of('resolved');
  const judged = resolved.filter((one) => one.correct !== null);
  const pnl = outcomes.flatMap((one) =>
    one.trade_pnl === null || one.exposure_inverted ? [] : [one.trade_pnl],
  );
  const wins = pnl.filter((value) => value > 0);
  const losses = pnl.filter((value) => value < 0);
  return {
    resolved: resolved.length,
    pending: of('pending').length,
    unresolvable: of('unresolvable').length,
    accuracy: ratio(judged.filter((one) => one.correct).length, judged.length),
    trades: pnl.length,
    win_rate: ratio(wins.length, pnl.length),
    payoff: ratio(sum(wins) / wins.length, -sum(losses) / losses.length),
    pnl_rupees: sum(pnl),
    drawdown_rupees: drawdownFromZero(pnl),
    inverted_trades: outcomes.filter((one) => one.exposure_inverted).length,
  };
}

function drawdownFromZero(pnl: readonly number[]): number {
  let total = 0;
  let peak = 0;
  let largest = 0;
  for (const value of pnl) {
    total += value;
    peak = Math.max(peak, total);
    largest = Math.max(largest, peak - total);
  }
  return largest;
}

function ratio(above: number, below: number): number | null {
  const value = above / below;
  return Number.isFinite(value) ? value : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
