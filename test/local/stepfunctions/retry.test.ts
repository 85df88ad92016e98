import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesError, planRetry } from '../../../local/stepfunctions/interpreter/retry.ts';

describe('matchesError', () => {
  it.each([
    [['Temporary'], 'Temporary', true],
    [['Temporary'], 'temporary', false],
    [['States.ALL'], 'Anything', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.ALL'], 'States.Runtime', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'Anything', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['A', 'B'], 'B', true],
    [['A', 'B'], 'C', false],
  ])('%j for %s is %s', (errorEquals, error, expected) => {
    expect(matchesError(errorEquals, error)).toBe(expected);
  });
});

describe('planRetry', () => {
  const always = { ErrorEquals: ['States.ALL'] };

  it('has the defaults of Step Functions: three retries after 1, 2 and 4 seconds', () => {
    const delays = [0, 1, 2, 3].map((taken) => planRetry([always], 'X', [taken], () => 0)?.delayMs ?? null);
    expect(delays).toEqual([1_000, 2_000, 4_000, null]);
  });

  it('uses the first retrier that matches, even when it is used up', () => {
    const retriers = [{ ErrorEquals: ['A'], MaxAttempts: 1 }, always];
    expect(planRetry(retriers, 'A', [0], () => 0)).toEqual({ index: 0, delayMs: 1_000 });
    expect(planRetry(retriers, 'A', [1], () => 0)).toBeNull();
    expect(planRetry(retriers, 'B', [1], () => 0)).toEqual({ index: 1, delayMs: 1_000 });
  });

  it('never waits longer than MaxDelaySeconds, and with full jitter never longer than without', () => {
    const seconds = fc.integer({ min: 1, max: 1_000 });
    const rate = fc.double({ min: 1, max: 10, noNaN: true });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(seconds, rate, seconds, fc.nat(50), draw, (interval, backoff, most, taken, random) => {
        const retrier = {
          ...always,
          IntervalSeconds: interval,
          BackoffRate: backoff,
          MaxDelaySeconds: most,
          MaxAttempts: 99,
        };
        const plain = planRetry([retrier], 'X', [taken], () => random)!.delayMs;
        const spread = planRetry(
          [{ ...retrier, JitterStrategy: 'FULL' }],
          'X',
          [taken],
          () => random,
        )!.delayMs;
        expect(plain).toBeLessThanOrEqual(most * 1_000);
        expect(plain).toBeGreaterThanOrEqual(Math.min(interval, most) * 1_000);
        expect(spread).toBeLessThanOrEqual(plain);
        expect(spread).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
