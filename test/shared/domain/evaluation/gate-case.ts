import { gatePolicy } from '../../../../shared/config/gate.ts';
import type { BacktestMetrics } from '../../../../shared/domain/backtest/backtest.ts';
import type { Calibration } from '../../../../shared/domain/evaluation/calibration.ts';
import type { GateContext, Judged } from '../../../../shared/domain/evaluation/gate-context.ts';
import type { Measures } from '../../../../shared/domain/evaluation/measure.ts';
import { moments } from '../../../../shared/stats/moments.ts';
import { sharpeRatio } from '../../../../shared/stats/sharpe-ratio.ts';

/** Out-of-sample daily returns of a bundle that earns money: mean 0.002, deviation about 0.002. */
export const EARNING = Array.from({ length: 80 }, (_, i) => 0.002 + 0.0028 * Math.sin(i * 2.4));
export const LOSING = EARNING.map((value) => value - 0.003);

export const CALIBRATED: Calibration = {
  ece: 0.03,
  brier: 0.6,
  log_loss: 0.95,
  brier_base_rate: 0.62,
  log_loss_base_rate: 1.0,
  by_regime: [{ regime: 0, rows: 2000, ece: 0.04 }],
  by_class: [{ class: 'BUY', bins: [{ stated: 0.45, observed: 0.43, rows: 900 }] }],
};

interface MeasuresChange extends Partial<Omit<Measures, 'backtest'>> {
  readonly returns?: readonly number[];
  readonly metrics?: Partial<BacktestMetrics>;
}

export function measures({ returns = EARNING, metrics, ...change }: MeasuresChange = {}): Measures {
  const { skewness, kurtosis } = moments(returns);
  return {
    rows: 30_000,
    labelled_rows: 28_000,
    effective_samples: 1900,
    f1: 0.5,
    f1_without_skill: 0.4,
    precision_at_top_k: 0.55,
    precision_without_skill: 0.42,
    calibration: CALIBRATED,
    ...change,
    backtest: {
      trades: [],
      days: returns.map((daily_return, i) => ({
        session: `day-${String(i).padStart(3, '0')}`,
        trades: 4,
        pnl_rupees: daily_return * 1e6,
        daily_return,
        equity_rupees: 1e6,
      })),
      metrics: {
        sessions: returns.length,
        trades: returns.length * 4,
        total_return: 0.1,
        hit_rate: 0.55,
        payoff: 1.1,
        profit_factor: 1.3,
        daily_sharpe: returns.length < 2 ? null : sharpeRatio(returns),
        annual_sharpe: 4,
        annual_sortino: 6,
        calmar: 20,
        turnover: 0.4,
        skewness,
        kurtosis,
        max_drawdown: 0.02,
        cost_share: 0.2,
        exposure: 0.3,
        ...metrics,
      },
    },
  };
}

/** A bundle with the same change in both sets of rows; the held-out ones are the last twelve days. */
export function judged(change: MeasuresChange = {}, identity: Partial<Judged> = {}): Judged {
  const returns = change.returns ?? EARNING;
  return {
    version: '2026-03-02-aaaaaaaa',
    bundle_hash: 'a'.repeat(64),
    logic_hash: '1'.repeat(64),
    all: measures(change),
    held_out: measures({ ...change, returns: returns.slice(-12) }),
    ...identity,
  };
}

export function production(change: MeasuresChange = {}, identity: Partial<Judged> = {}): Judged {
  return judged(change, { version: '2026-02-27-bbbbbbbb', bundle_hash: 'b'.repeat(64), ...identity });
}

/** Everything in order, no production yet: a first model that passes every rule. */
export function gateCase(change: Partial<GateContext> = {}): GateContext {
  return {
    candidate: judged(),
    exploratory: false,
    baseline: null,
    trials: { distinct: 1, sharpe_variance: null, on_this_dataset: 1, daily_returns: null },
    data: { age_sessions: 0, completeness: { pcr_total_oi: 1, vix: 0.98 }, failed_leakage_checks: [] },
    export: {
      ordinary_rows: 20_000,
      adversarial_rows: 20_000,
      leaf_mismatches: 0,
      max_probability_error: 3e-8,
      hashes_verified: true,
    },
    parity: { rows_compared: 5000, rows_differing: 0, first_difference: null },
    policy: gatePolicy(),
    seed: 7,
    ...change,
  };
}
