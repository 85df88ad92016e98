import { recordTooLong } from '../../shared/domain/alerts/rules/record-too-long.ts';
import { recordName, type Unlogged } from '../../shared/domain/audit/log-entry.ts';
import { LONGEST_ENTRY } from '../../shared/domain/audit/merkle/entry-bundle.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';

interface Ports {
  readonly log: Pick<AuditLog, 'setAside'>;
  readonly toAlert: MessageQueue;
  /** Hears why one was not set aside; it comes again with the next sweep. */
  readonly onFault: (error: Error) => void;
}

/**
 * Where a record ends that no log can hold: people are told of it, then it waits no longer. Told first: a crash in
 * between tells the same again, which the alert knows. Fails nobody.
 */
export function setAside({ log, toAlert, onFault }: Ports) {
  return async (one: Unlogged, bytes: number): Promise<void> => {
    const exchange = typeof one.record['exchange'] === 'string' ? one.record['exchange'] : 'ALL';
    const name = recordName(one.record);
    const check = recordTooLong({ exchange, name, bytes, longest_bytes: LONGEST_ENTRY });
    try {
      await toAlert.sendAll([{ kind: 'check', rule: 'record-too-long', exchange, check }]);
      await log.setAside(one);
    } catch (error) {
      onFault(error as Error);
    }
  };
}
