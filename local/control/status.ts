import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClockStatus, SwitchableClock } from '../clock/switchable.ts';
import type { EventSource } from '../events/event-source.ts';
import type { QueueHandle } from '../sqs/sqs.ts';

/** A queue that feeds a function. */
export interface FedQueue {
  readonly queue: Pick<QueueHandle, 'depth'>;
  readonly source: Pick<EventSource, 'status'>;
}

/** The clock as the control answers it: times as ISO 8601 in UTC. */
export function clockJson({ mode, nowMs, pending, nextTaskMs }: ClockStatus) {
  return {
    mode,
    now: new Date(nowMs).toISOString(),
    pending,
    next_task: nextTaskMs === null ? null : new Date(nextTaskMs).toISOString(),
  };
}

/**
 * Whether nothing is under way: no handler or task runs, nothing is due, and no message lies on a queue that
 * feeds a function. A message waiting for its batch window, an execution that waits and a retry to come are idle.
 */
export function isIdle(clock: SwitchableClock, fedQueues: readonly FedQueue[]): boolean {
  const { pending, nowMs, nextTaskMs } = clock.status();
  if (pending > 0 || (nextTaskMs ?? Number.POSITIVE_INFINITY) <= nowMs) return false;
  return fedQueues.every(({ queue, source }) => queue.depth().visible === 0 && source.status().running === 0);
}

const POLL_MS = 10;

/** Resolves true once everything is idle for a whole turn of the event loop, false after `timeoutMs` of real time. */
export async function untilIdle(
  clock: SwitchableClock,
  fedQueues: readonly FedQueue[],
  timeoutMs: number,
): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    if (isIdle(clock, fedQueues)) {
      await nextTurn();
      if (isIdle(clock, fedQueues)) return true;
    }
    if (performance.now() >= endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
