import type { LocalClock } from '../../clock.ts';

/** Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Resolves at `atMs`, or rejects with the signal's reason. */
export async function sleepUntil(clock: LocalClock, atMs: number, signal: AbortSignal): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const scheduled = clock.schedule(atMs, timer.resolve);
  try {
    await abortable(timer.promise, signal);
  } finally {
    scheduled.cancel();
  }
}

/** Settles as `work` does, or rejects with `late()` when `deadlineMs` comes first; undefined means no deadline. */
export async function withDeadline<T>(
  clock: LocalClock,
  deadlineMs: number | undefined,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  if (deadlineMs === undefined) return work;
  const timer = Promise.withResolvers<never>();
  const scheduled = clock.schedule(deadlineMs, () => timer.reject(late()));
  try {
    return await Promise.race([work, timer.promise]);
  } finally {
    scheduled.cancel();
  }
}
