/**
 * The one clock of the local cloud: batch windows, schedules, TTL, waits and retries take their time from it,
 * so that a test or a replayed year can run in simulated time.
 */
export interface LocalClock {
  nowMs(): number;
  /** Runs `task` once `nowMs() >= atMs`; tasks that fall due together run in the order they were scheduled. */
  schedule(atMs: number, task: () => void | Promise<void>): ScheduledTask;
  /** Says that work is under way: simulated time never advances before the promise settles. Returns the promise. */
  track<T>(work: Promise<T>): Promise<T>;
}

export interface ScheduledTask {
  cancel(): void;
}
