import type { UnderlyingBacktest } from '../backtest/backtest.ts';
import type { OptionBacktest } from '../backtest/option-replay.ts';
import type { Measures } from './measure.ts';

/** What one bundle's signals would have brought, traded in one way; nulls as in the backtest's metrics. */
export interface TradingSummary {
  /** Scored minutes that asked for a position. */
  readonly signals: number;
  /** Those that were not traded, by reason; reasons that did not occur are left out. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly total_return: number;
  readonly daily_sharpe: number | null;
  readonly hit_rate: number | null;
  readonly payoff: number | null;
  readonly profit_factor: number | null;
  readonly max_drawdown: number;
  readonly cost_share: number | null;
  readonly turnover: number | null;
  readonly exposure: number;
}

/** Both ways of trading the same signals; null where one was not replayed. */
export interface Trading {
  readonly options: TradingSummary | null;
  readonly underlying: TradingSummary | null;
}

/** Example: `tradingOf(candidate.all).options?.skipped.no_contract`. */
export function tradingOf({ options, underlying }: Pick<Measures, 'options' | 'underlying'>): Trading {
  return {
    options: options ? summary(options) : null,
    underlying: underlying ? summary(underlying) : null,
  };
}

function summary({ signals, skipped, metrics }: OptionBacktest | UnderlyingBacktest): TradingSummary {
  return {
    signals,
    skipped: Object.fromEntries(Object.entries(skipped).filter(([, count]) => count > 0)),
    trades: metrics.trades,
    total_return: metrics.total_return,
    daily_sharpe: metrics.daily_sharpe,
    hit_rate: metrics.hit_rate,
    payoff: metrics.payoff,
    profit_factor: metrics.profit_factor,
    max_drawdown: metrics.max_drawdown,
    cost_share: metrics.cost_share,
    turnover: metrics.turnover,
    exposure: metrics.exposure,
  };
}
