import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordedBreaker } from '../../../../shared/domain/audit/recorded-breaker.ts';
import { circuitBreaker } from '../../../../shared/domain/risk/tracker/circuit-breaker.ts';

const breakerOf = (rationale: string) => {
  const state = recordedBreaker({ risk_flags: ['breaker_open'], rationale });
  return circuitBreaker({
    currentDailyLoss: state.daily_return,
    consecutiveLosses: state.consecutive_losses,
    maxDailyLoss: 0.02,
    maxConsecutiveLosses: 5,
  });
};

it('opens the breaker with the very words that were told, whatever the loss', () => {
  const losses = fc.double({ min: -1, max: -0.021, noNaN: true });
  fc.assert(
    fc.property(losses, fc.integer({ min: 0, max: 9 }), (currentDailyLoss, consecutiveLosses) => {
      const told = circuitBreaker({ currentDailyLoss, consecutiveLosses });
      expect(breakerOf(`HOLD because the circuit breaker is open (${told.reason}).`)).toEqual(told);
    }),
  );
});

it('opens it on a run of losses', () => {
  const told = circuitBreaker({ currentDailyLoss: 0.001, consecutiveLosses: 7 });
  expect(breakerOf(`HOLD because the circuit breaker is open (${told.reason}).`)).toEqual(told);
});

it('opens it where another reason was told', () => {
  expect(breakerOf('HOLD because the features are stale.').triggered).toBe(true);
});

it('leaves it closed without the flag', () => {
  expect(recordedBreaker({ risk_flags: ['no_edge'], rationale: 'Daily Loss Limit Hit: -9.00%' })).toEqual({
    daily_return: 0,
    consecutive_losses: 0,
  });
});
