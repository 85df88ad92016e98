import { describe, expect, it } from 'vitest';
import { circuitBreaker } from '../../../../../shared/domain/risk/tracker/circuit-breaker.ts';
import { fixed } from '../../../../../shared/domain/risk/tracker/fixed.ts';

describe('circuit breaker', () => {
  it('opens exactly at the loss limit', () => {
    expect(circuitBreaker({ currentDailyLoss: -0.02 })).toEqual({
      triggered: true,
      reason: 'Daily Loss Limit Hit: -2.00%',
    });
    expect(circuitBreaker({ currentDailyLoss: -0.0199999 }).triggered).toBe(false);
  });

  it('opens exactly at the run of losses', () => {
    const run = (consecutiveLosses: number) => circuitBreaker({ currentDailyLoss: 0, consecutiveLosses });
    expect(run(4)).toEqual({ triggered: false, reason: '' });
    expect(run(5)).toEqual({ triggered: true, reason: 'Consecutive Loss Limit Hit: 5' });
  });

  it('does not take an unknown result for a loss', () => {
    expect(circuitBreaker({ currentDailyLoss: Number.NaN }).triggered).toBe(false);
  });
});

describe('fixed', () => {
  it.each([
    [0.125, 2, '0.12'],
    [0.375, 2, '0.38'],
    [-0.125, 2, '-0.12'],
    [2.5, 0, '2'],
    [3.5, 0, '4'],
    [0.25, 1, '0.2'],
    [1.005, 2, '1.00'],
    [700000, 0, '700000'],
    [0.40625, 4, '0.4062'],
    [-3.15, 2, '-3.15'],
    [0, 2, '0.00'],
  ])('%d with %d decimals is %s', (value, decimals, text) => {
    expect(fixed(value, decimals)).toBe(text);
  });
});
