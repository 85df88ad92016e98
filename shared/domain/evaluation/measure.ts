import { type Backtest, backtest, type UnderlyingBacktest } from '../backtest/backtest.ts';
import type { OptionBacktest } from '../backtest/option-replay.ts';
import { type Calibration, calibration } from './calibration.ts';
import { baseRates, directionalF1, precisionAtTopK } from './classification.ts';
import type { Execution } from './execution.ts';
import type { GateRulesPolicy } from './policy.ts';
import { replayOptions } from './replay-options.ts';
import type { LabelledRow, ScoredRow } from './scored-row.ts';

/** Everything the rules ask about one set of out-of-sample rows. Null where there was nothing to measure. */
export interface Measures {
  readonly rows: number;
  readonly labelled_rows: number;
  /** Labelled rows over the horizon: how many labels do not overlap. */
  readonly effective_samples: number;
  /** What the rules rest on: the trade in options where there is one, else that in the underlying. */
  readonly backtest: Backtest | OptionBacktest;
  /** Both, for the reader; nobody trades options where they are null or left out. */
  readonly underlying?: UnderlyingBacktest;
  readonly options?: OptionBacktest | null;
  /** Mean F1 of SELL and BUY, and what guessing by base rates would score. */
  readonly f1: number | null;
  readonly f1_without_skill: number;
  /** Share right among the k most confident directions a day, and what the commoner direction alone would score. */
  readonly precision_at_top_k: number | null;
  readonly precision_without_skill: number;
  readonly calibration: Calibration | null;
}

/**
 * Measures out-of-sample rows (in time order) under one execution policy.
 * Example: `measure(rows, execution, gate.rules).backtest.metrics.daily_sharpe`.
 */
export function measure(rows: readonly ScoredRow[], execution: Execution, rules: GateRulesPolicy): Measures {
  const labelled = rows.filter((row): row is LabelledRow => row.label !== null);
  const rates = baseRates(labelled);
  const underlying = backtest(rows, execution);
  const options = execution.options ? replayOptions(rows, execution.options) : null;
  return {
    rows: rows.length,
    labelled_rows: labelled.length,
    effective_samples: labelled.length / execution.horizon_minutes,
    backtest: options ?? underlying,
    underlying,
    options,
    f1: directionalF1(labelled),
    f1_without_skill: (rates.sell + rates.buy) / 2,
    precision_at_top_k: precisionAtTopK(labelled, rules.precision_at_top_k.k),
    precision_without_skill: Math.max(rates.sell, rates.buy),
    calibration: calibration(labelled, rules.calibration_error.bins),
  };
}
