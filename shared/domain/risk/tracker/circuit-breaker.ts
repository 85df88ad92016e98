import { fixed } from './fixed.ts';

export interface CircuitBreakerInput {
  /** Result of the day as a fraction of capital; negative is a loss. */
  readonly currentDailyLoss: number;
  /** Fraction. */
  readonly maxDailyLoss?: number;
  readonly consecutiveLosses?: number;
  readonly maxConsecutiveLosses?: number;
}

export interface CircuitBreaker {
  readonly triggered: boolean;
  /** Empty when not triggered. */
  readonly reason: string;
}

/**
 * The tracker's circuit breaker: open at the daily loss limit or at a run of losses, the loss named first.
 * Example: a day of -0.0315 gives `Daily Loss Limit Hit: -3.15%`. Source: FEATURES.md, section 10.
 */
export function circuitBreaker(input: CircuitBreakerInput): CircuitBreaker {
  const { currentDailyLoss, maxDailyLoss = 0.02, consecutiveLosses = 0, maxConsecutiveLosses = 5 } = input;
  if (currentDailyLoss <= -maxDailyLoss) {
    return { triggered: true, reason: `Daily Loss Limit Hit: ${fixed(currentDailyLoss * 100, 2)}%` };
  }
  if (consecutiveLosses >= maxConsecutiveLosses) {
    return { triggered: true, reason: `Consecutive Loss Limit Hit: ${consecutiveLosses}` };
  }
  return { triggered: false, reason: '' };
}
