import { Temporary, Throttled } from '../../shared/errors.ts';
import type { QueueBacklog } from '../../shared/ports/queue-backlog.ts';

/** A look at the queue holds for so long: most requests cost none. */
const LOOK_HOLDS_MS = 5000;
/** A live snapshot is let in until the backlog is so many times what a backfill may make of it. */
const LIVE_SHARE = 10;
/** Snapshots that the batch stage writes in a second at the least, to tell how long the caller should wait. */
const DRAINED_PER_SECOND = 100;
const LONGEST_WAIT_S = 60;

interface Ports {
  readonly backlog: QueueBacklog;
  /** Waiting snapshots above which a backfill is asked to wait. */
  readonly limit: number;
  /** Milliseconds that only go forwards, also where the loop's own clock stands still. */
  readonly monotonicMs: () => number;
}

/**
 * Says before a request is taken whether there is room for it: throws Throttled while too many snapshots wait to be
 * written. A live request is let in long after a backfill is not, so that history never keeps today out. Of what is
 * refused here nothing was accepted. A queue that cannot be asked refuses nobody.
 */
export function admission({ backlog, limit, monotonicMs }: Ports): (backfill: boolean) => Promise<void> {
  let look: { readonly atMs: number; readonly waiting: Promise<number> } | undefined;
  const waiting = async (): Promise<number> => {
    const nowMs = monotonicMs();
    if (look === undefined || nowMs - look.atMs >= LOOK_HOLDS_MS)
      look = { atMs: nowMs, waiting: backlog.waiting().catch(unknown) };
    return look.waiting;
  };
  return async (backfill) => {
    const most = backfill ? limit : limit * LIVE_SHARE;
    const count = await waiting();
    if (count <= most) return;
    const retryAfterS = Math.min(LONGEST_WAIT_S, Math.ceil((count - most) / DRAINED_PER_SECOND));
    throw new Throttled(
      `backlog: expected at most ${most} snapshots waiting to be written, was ${count}; nothing of this request was ` +
        `accepted: send it again in ${retryAfterS} seconds`,
      { retryAfterS },
    );
  };
}

function unknown(error: unknown): number {
  if (error instanceof Temporary) return 0;
  throw error;
}
