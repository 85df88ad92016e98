import { expect } from 'vitest';
import { drawdown, tradingMetrics } from '../../shared/domain/backtest/tracker-metrics.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { computeTrackerV2, TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { trainingExtras } from '../../shared/domain/features/training-extras.ts';
import type { FeatureWindow, WindowSnapshot } from '../../shared/domain/features/window.ts';
import { tripleBarrier } from '../../shared/domain/labels/triple-barrier.ts';
import { epochMs } from '../../shared/domain/market/indian-time.ts';
import { circuitBreaker } from '../../shared/domain/risk/tracker/circuit-breaker.ts';
import { portfolioConstraints } from '../../shared/domain/risk/tracker/portfolio-constraints.ts';
import { positionSize } from '../../shared/domain/risk/tracker/position-size.ts';
import { someTerms } from '../factories/window.ts';
import { differences, golden } from './compare.ts';

/** Golden files are read as they are: every value is checked by its use. */
type Json = any;

/** Checks one golden file's content against our code. */
type Check = (file: Json) => void;

/** Runs a check on every case of a file that holds several, naming the case that fails. */
function each(check: (input: Json, expected: Json, id: string) => void): Check {
  return (file) => {
    expect(file.cases.length).toBeGreaterThan(0);
    for (const { id, note, input, expected } of file.cases) check(input, expected, `${id}: ${note}`);
  };
}

/** The ladder width of each chain (FEATURES.md, W7). */
function sidesOf(exchange: string): number {
  return exchange === 'NSE' || exchange === 'BSE' ? 5 : 10;
}

function windowOfCase(c: Json): FeatureWindow {
  return {
    ...someTerms({
      exchange: c.exchange,
      strikeStep: c.strike_step,
      ladderSides: sidesOf(c.exchange),
    }),
    siblings: {},
    priorDays: [],
    expiry: c.expiry,
    macro: c.macro,
    state: {
      atmShiftEwma: c.state.atm_shift_ewma,
      cachedFutureOiChange3mPct: c.state.cached_fut_oi_change_3m,
    },
    snapshots: c.snapshots as WindowSnapshot[],
    timestampsMs: c.snapshots.map((snapshot: Json) => epochMs(snapshot.timestamp)),
  };
}

const features: Check = ({ case: c, expected, expected_extra: extra }) => {
  const vector = computeTrackerV2(windowOfCase(c));
  if ('error' in expected || 'error' in vector) {
    expect(vector).toEqual(expected);
    return;
  }
  const named = Object.fromEntries(featureNames(TRACKER_V2).map((name, i) => [name, vector.features[i]!]));
  expect(differences(named, expected)).toEqual([]);
  expect(Object.keys(named)).toHaveLength(78);
  expect(vector.features.some((value) => Object.is(value, -0))).toBe(false);
  expect(differences({ ...vector.extras }, extra)).toEqual([]);
};

const labels: Check = ({ case: { prices, params }, expected }) => {
  const { look_forward: lookForward, pt, sl } = params;
  const result = tripleBarrier(prices.map(golden), { lookForward, pt, sl });
  expect(result.keptRows).toEqual(expected.kept_rows);
  expect(result.labels).toEqual(expected.labels);
  expect(result.droppedTailRows).toBe(expected.dropped_tail_rows);
  expect(result.droppedNullPriceRows).toEqual(expected.dropped_null_price_rows);
  const counts = { '-1': 0, '0': 0, '1': 0 };
  for (const label of result.labels) counts[`${label}`] += 1;
  expect(counts).toEqual(expected.counts);
  const volatility = Object.fromEntries(result.volatility.map((sigma, row) => [`row ${row}`, golden(sigma)]));
  const wanted = Object.fromEntries(expected.volatility.map((sigma: unknown, row: number) => [`row ${row}`, sigma]));
  expect(differences(volatility, wanted)).toEqual([]);
};

const trainingExtrasCheck: Check = ({ case: c, expected }) => {
  const { timestamp, pcr_total_oi: pcr, ...columns } = expected;
  expect(timestamp).toEqual(c.timestamps);
  expect(pcr.map(golden)).toEqual(c.pcr_total_oi.map((value: unknown) => golden(value) || 0));
  const extras: Record<string, number[]> = { ...trainingExtras(c.timestamps.map(epochMs), c.pcr_total_oi.map(golden)) };
  expect(Object.keys(extras).sort()).toEqual(Object.keys(columns).sort());
  for (const [row] of c.timestamps.entries()) {
    const at = (table: Record<string, unknown[]>) =>
      Object.fromEntries(Object.entries(table).map(([column, values]) => [column, values[row]]));
    expect(differences(at(extras) as Record<string, number>, at(columns)), `row ${row}`).toEqual([]);
  }
};

/** Only what is there: an input not named takes its default. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
}

const positionSizeCheck = each((input, expected, id) => {
  const size = positionSize(
    given({
      mlConfidence: input.ml_confidence,
      winRate: input.win_rate,
      avgWinLossRatio: input.avg_win_loss_ratio,
      maxRisk: input.max_risk,
      accountSizeRupees: input.account_size,
      marginPerLotRupees: input.margin_per_lot,
      kellyMultiplier: input.kelly_multiplier,
      currentVolatility: input.current_volatility,
      targetVolatility: input.target_volatility,
    }),
  );
  const named = {
    fraction: size.fraction,
    kelly_fraction: size.kellyFraction,
    recommended_lots: size.recommendedLots,
    capital_allocated: size.capitalAllocatedRupees,
  };
  expect(differences(named, expected), id).toEqual([]);
});

const circuitBreakerCheck = each((input, expected, id) => {
  const breaker = circuitBreaker(
    given({
      currentDailyLoss: input.current_daily_loss_pct,
      maxDailyLoss: input.max_daily_loss_pct,
      consecutiveLosses: input.consecutive_losses,
      maxConsecutiveLosses: input.max_consecutive_losses,
    }),
  );
  expect(breaker, id).toEqual(expected);
});

const portfolioConstraintsCheck = each((input, expected, id) => {
  const check = portfolioConstraints(
    given({
      positions: input.current_positions.map((p: Json) => ({ type: p.type, side: p.side, quantity: p.qty })),
      signal: input.proposed_signal,
      lots: input.proposed_size_lots,
      maxPositionSizeLots: input.max_position_size_lots,
      maxNetDelta: input.max_net_delta,
      maxTotalExposureRupees: input.max_total_exposure,
    }),
  );
  expect(check, id).toEqual(expected);
});

const tradingMetricsCheck = each((input, expected, id) => {
  const metrics = tradingMetrics({
    predictions: input.predictions,
    actualReturns: input.actual_returns.map(golden),
    positionSizes: input.position_sizes,
  });
  expect(differences({ ...metrics }, expected), id).toEqual([]);
});

const drawdownCheck = each((input, expected, id) => {
  expect(differences({ drawdown: drawdown(input.equity_curve) }, { drawdown: expected }), id).toEqual([]);
});

/** Every kind of golden file we can check; a file of another kind fails the test that meets it. */
export const KINDS: Readonly<Record<string, Check>> = {
  features,
  labels,
  training_extras: trainingExtrasCheck,
  position_size: positionSizeCheck,
  circuit_breaker: circuitBreakerCheck,
  portfolio_constraints: portfolioConstraintsCheck,
  trading_metrics: tradingMetricsCheck,
  drawdown: drawdownCheck,
};
