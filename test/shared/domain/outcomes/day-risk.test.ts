import { describe, expect, test } from 'vitest';
import { dayRisk } from '../../../../shared/domain/outcomes/day-risk.ts';
import type { Outcome } from '../../../../shared/domain/outcomes/outcome.ts';

const outcome = (trade_pnl: number | null, exposure_inverted = false): Outcome => ({
  recommendation_id: '01KE77AJ5RQ3H6V8R9YDSJ7KZF',
  exchange: 'NSE',
  horizon: 15,
  status: 'resolved',
  reason: null,
  realised_return: 0,
  realised_direction: 0,
  correct: true,
  trade_pnl,
  trade_id: 'T',
  exposure_inverted,
  model_version: 'v',
  resolved_at: '2026-01-05T07:35:00.000Z',
});

describe('day risk', () => {
  test('nothing traded is zero', () => {
    expect(dayRisk([], 1e6)).toEqual({ daily_return: 0, consecutive_losses: 0 });
    expect(dayRisk([outcome(null)], 1e6)).toEqual({ daily_return: 0, consecutive_losses: 0 });
  });
  test.each([
    [[500, -100, -300], 0.0001, 2],
    [[-100, 500], 0.0004, 0],
    [[-100, 0, -100], -0.0002, 1],
    [[-100, -200, -300], -0.0006, 3],
  ])('profits %j', (pnl, daily_return, consecutive_losses) => {
    const risk = dayRisk(
      pnl.map((value) => outcome(value)),
      1e6,
    );
    expect(risk.daily_return).toBeCloseTo(daily_return, 12);
    expect(risk.consecutive_losses).toBe(consecutive_losses);
  });
  test('an inverted trade neither counts nor interrupts', () => {
    const outcomes = [outcome(-100), outcome(900, true), outcome(-100)];
    expect(dayRisk(outcomes, 1e6)).toEqual({ daily_return: -0.0002, consecutive_losses: 2 });
  });
});
