import type { Clock } from '../ports/clock.ts';

/**
 * Milliseconds that pass while something runs, from the start of the process on. It goes on where the time of day is
 * simulated and stands still, so that a budget ends and a duration is one; what it says is no time of day.
 */
export const runningClock: Clock = () => performance.now();
