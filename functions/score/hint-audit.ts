import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';

/** A worker tells the audit stage at most once in this time. */
export const HINT_EVERY_MS = 250;

interface Ports {
  readonly toAudit: MessageQueue;
  /** Milliseconds of a clock that only runs forward. */
  readonly stopwatchMs: () => number;
  /** Hears of a message that could not be sent. */
  readonly onUnsent?: ((error: Error) => void) | undefined;
}

/** Tells the audit stage of a record, or leaves it to the next hint. Never fails. */
export type HintAudit = (ref: AuditRef) => Promise<void>;

/**
 * Hints for the audit stage, at most four a second: whoever takes one seals whatever else waits, so that the records of
 * the gap come with the next hint, or with the sweep. One that could not be sent leaves no gap behind it.
 */
export function hintAudit({ toAudit, stopwatchMs, onUnsent }: Ports): HintAudit {
  let lastMs = Number.NEGATIVE_INFINITY;
  return async (ref) => {
    const nowMs = stopwatchMs();
    if (nowMs - lastMs < HINT_EVERY_MS) return;
    lastMs = nowMs;
    try {
      await toAudit.sendAll([ref]);
    } catch (error) {
      lastMs = Number.NEGATIVE_INFINITY;
      onUnsent?.(error as Error);
    }
  };
}
