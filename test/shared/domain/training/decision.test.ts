import { describe, expect, it } from 'vitest';
import { decisionSchema } from '../../../../shared/domain/scoring/decide.ts';
import { BUY, likeliestClasses, SELL } from '../../../../shared/domain/training/classes.ts';
import { chooseThresholds, netReturns } from '../../../../shared/domain/training/decision.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';

/** Rows where the chance to buy is also how often buying pays. */
function rowsOf(count: number, informed: boolean) {
  const uniform = seededUniform(5);
  const buys = Array.from({ length: count }, () => uniform());
  return {
    probabilities: Float64Array.from(buys.flatMap((buy) => [(1 - buy) * 0.5, (1 - buy) * 0.5, buy])),
    forwardReturns: Float64Array.from(buys, (buy) => (uniform() < (informed ? buy : 0.5) ? 0.001 : -0.001)),
  };
}

describe('netReturns', () => {
  const rows = {
    probabilities: Float64Array.of(0.1, 0.2, 0.7, 0.6, 0.3, 0.1, 0.4, 0.2, 0.4, 0.1, 0.1, 0.8),
    forwardReturns: Float64Array.of(0.01, -0.02, 0.05, Number.NaN),
  };

  it('signs returns, takes the cost off, and skips ties and unknown outcomes', () => {
    expect(netReturns(rows, BUY, 0.4, 0.001)).toEqual([0.01 - 0.001]);
    expect(netReturns(rows, SELL, 0.4, 0.001)).toEqual([0.02 - 0.001]);
    expect(netReturns(rows, BUY, 0.71, 0.001)).toEqual([]);
  });
});

describe('chooseThresholds', () => {
  it('trades more where the model knows more, and measures what that brings', () => {
    const { thresholds, by_class } = chooseThresholds(rowsOf(2_000, true), 0.0001);
    expect(thresholds.buy).toBeGreaterThan(0.45);
    expect(by_class.buy.win_rate).toBeGreaterThan(0.6);
    expect(by_class.buy.payoff).toBeCloseTo(0.9 / 1.1, 1);
  });

  it('says so when nothing pays', () => {
    const { mean_net_return } = chooseThresholds(rowsOf(2_000, false), 0.0005);
    expect(mean_net_return).toBeLessThan(0);
  });

  it('is what scoring reads, with nulls where nothing was traded', () => {
    const row = { probabilities: Float64Array.of(0.1, 0.2, 0.7), forwardReturns: Float64Array.of(0.001) };
    const decision = chooseThresholds(row, 0);
    expect(decisionSchema.parse(decision)).toMatchObject({
      thresholds: decision.thresholds,
      trades: decision.trades,
    });
    expect(decision.by_class.sell).toEqual({
      trades: 0,
      win_rate: null,
      payoff: null,
      mean_net_return: null,
    });
    expect(() => decisionSchema.parse(chooseThresholds(rowsOf(500, true), 0))).not.toThrow();
  });
});

describe('likeliestClasses', () => {
  it('takes the largest, of equal ones the first', () => {
    expect([...likeliestClasses([0.2, 0.3, 0.5, 0.5, 0.3, 0.2, 0.2, 0.6, 0.2, 0.4, 0.4, 0.2])]).toEqual([
      2, 0, 1, 0,
    ]);
  });
});
