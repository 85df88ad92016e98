import type { EquityDay } from '../../shared/domain/backtest/equity.ts';
import { type BacktestMetrics, measureTrades } from '../../shared/domain/backtest/metrics.ts';
import type { Calibration } from '../../shared/domain/evaluation/calibration.ts';
import type { Judged } from '../../shared/domain/evaluation/gate-context.ts';
import type { Measures } from '../../shared/domain/evaluation/measure.ts';
import { BLOCKS, ROWS_A_BLOCK } from './gate-market.ts';
import { COST } from './gate-model.ts';
import { type DayTally, REGIMES, rowsOf } from './gate-record.ts';

/** Days of a record, from the first up to, not including, the last. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** What the gate is told of a record: all of a window's days, and those since `heldOutFrom` as held out. */
export function judgedOf(
  record: readonly DayTally[],
  { from, to }: Window,
  heldOutFrom: number,
  identity: Pick<Judged, 'version' | 'logic_hash'>,
): Judged {
  return {
    ...identity,
    bundle_hash: 'b'.repeat(64),
    held_out: measuresOf(record.slice(heldOutFrom, to), heldOutFrom),
    // No rule asks how calibrated the walk-forward is: its folds' models are not the one that is deployed.
    all: measuresOf(record.slice(from, to), from, false),
  };
}

/**
 * The same numbers that `measure` takes from rows, from sums by day; `first` numbers the sessions. `isCalibrated` false
 * leaves the calibration out.
 */
export function measuresOf(days: readonly DayTally[], first: number, isCalibrated = true): Measures {
  const labels = days.length * BLOCKS;
  const equity = equityDays(days, first);
  const [sell, buy] = [0, 1].map((side) => sum(days, (day) => day.present[side]!) / labels) as [
    number,
    number,
  ];
  return {
    rows: rowsOf(days.length),
    labelled_rows: rowsOf(days.length),
    effective_samples: labels,
    backtest: { trades: [], days: equity, metrics: metricsOf(days, equity) },
    f1: (f1Of(days, 0) + f1Of(days, 1)) / 2,
    f1_without_skill: (sell + buy) / 2,
    precision_at_top_k: sum(days, (day) => day.surestRight) / sum(days, (day) => day.surest),
    precision_without_skill: Math.max(sell, buy),
    calibration: isCalibrated ? calibrationOf(days, [sell, 1 - sell - buy, buy]) : null,
  };
}

function equityDays(days: readonly DayTally[], first: number): EquityDay[] {
  let equity = 1;
  return days.map(({ dailyReturn, gains }, at) => {
    equity += dailyReturn;
    return {
      session: `day ${String(first + at).padStart(3, '0')}`,
      trades: gains.length,
      pnl_rupees: dailyReturn,
      daily_return: dailyReturn,
      equity_rupees: equity,
    };
  });
}

/** The loop's own metrics; equity and amounts are in units of the starting equity, all of which a trade puts in. */
function metricsOf(days: readonly DayTally[], equity: readonly EquityDay[]): BacktestMetrics {
  const trades = days.flatMap(({ gains }, at) =>
    gains.map((gain) => ({ session: equity[at]!.session, pnl_rupees: gain, cost_rupees: COST })),
  );
  return measureTrades({
    trades,
    days: equity,
    startingEquityRupees: 1,
    tradedRupees: 2 * trades.length,
    minutes: rowsOf(days.length),
    heldMinutes: trades.length * ROWS_A_BLOCK,
  });
}

function f1Of(days: readonly DayTally[], side: number): number {
  const total = sum(days, (day) => day.predicted[side]! + day.present[side]!);
  return total === 0 ? 0 : (2 * sum(days, (day) => day.right[side]!)) / total;
}

function calibrationOf(days: readonly DayTally[], rates: readonly number[]): Calibration {
  const labels = days.length * BLOCKS;
  const bins = days[0]!.gaps.length / REGIMES;
  const gap = (regime: number, bin: number) => sum(days, (day) => day.gaps[regime * bins + bin]!);
  const everyBin = Array.from({ length: bins }, (_, bin) => bin);
  const everyRegime = Array.from({ length: REGIMES }, (_, regime) => regime);
  const ofAll = (bin: number) => everyRegime.reduce((all, regime) => all + gap(regime, bin), 0);
  return {
    ece: everyBin.reduce((all, bin) => all + Math.abs(ofAll(bin)), 0) / labels,
    brier: sum(days, (day) => day.brier) / labels,
    log_loss: sum(days, (day) => day.logLoss) / labels,
    brier_base_rate: 1 - rates.reduce((all, rate) => all + rate ** 2, 0),
    log_loss_base_rate: -rates.reduce((all, rate) => all + rate * Math.log(rate), 0),
    by_regime: everyRegime.flatMap((regime) => {
      const own = sum(days, (day) => day.regimeLabels[regime]!);
      if (own === 0) return [];
      const ece = everyBin.reduce((all, bin) => all + Math.abs(gap(regime, bin)), 0) / own;
      return [{ regime, rows: own * ROWS_A_BLOCK, ece }];
    }),
    by_class: [],
  };
}

function sum(days: readonly DayTally[], of: (day: DayTally) => number): number {
  let total = 0;
  for (const day of days) total += of(day);
  return total;
}
