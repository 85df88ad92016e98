import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';

/** Hints wait on their queue for less than this: what waits longer was reached by none, and is sent by itself. */
const WAIT_MS = 20_000;
const AT_ONCE = 1000;

interface Ports {
  readonly log: Pick<AuditLog, 'waiting'>;
  readonly toAudit: MessageQueue;
  /** Publishes what the log holds and the bus has not carried. */
  readonly publish: () => Promise<number>;
  readonly clock: Clock;
}

/** Once a minute: sends what no hint had sealed, and publishes what nobody has published. */
export function sweepRecords({ log, toAudit, publish, clock }: Ports) {
  return async (): Promise<{ sent_again: number; published: number }> => {
    const waiting = await log.waiting(utcIso(clock() - WAIT_MS), AT_ONCE);
    await toAudit.sendAll(waiting);
    return { sent_again: waiting.length, published: await publish() };
  };
}
