import { busMessage } from '../../shared/domain/audit/bus-entry.ts';
import { Conflict } from '../../shared/errors.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Bus } from '../../shared/ports/bus.ts';
import type { BusCursor } from '../../shared/ports/bus-cursor.ts';

/** So many parts at once at most: whoever comes next goes on. */
const MAX_PARTS = 20;

interface Ports {
  readonly log: Pick<AuditLog, 'head' | 'part'>;
  readonly cursor: BusCursor;
  readonly bus: Bus;
}

/**
 * Publishes what is in the audit log and has not been published, part by part, at least once each; readers know an
 * entry by its place. The log itself is what is left to publish: a publisher that dies, or a bus that cannot be
 * reached, loses nothing and keeps nobody from sealing. @returns how many entries this call published.
 */
export function publishEntries({ log, cursor, bus }: Ports) {
  return async (): Promise<number> => {
    const from = await cursor.position();
    const { size } = await log.head();
    let at = from;
    for (let parts = 0; at < size && parts < MAX_PARTS; parts++) {
      const part = await log.part(at);
      await bus.publishAll(part.map(busMessage));
      if (!(await moved(cursor, at, at + part.length))) break;
      at += part.length;
    }
    return at - from;
  };
}

/** False where another publisher was here first: it goes on. */
async function moved(cursor: BusCursor, from: number, to: number): Promise<boolean> {
  try {
    await cursor.move(from, to);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}
