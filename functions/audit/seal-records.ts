import { type AuditEntry, chainEntries, type Unchained } from '../../shared/domain/audit/chain.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { Conflict, Temporary } from '../../shared/errors.ts';
import type { AuditLog, AuditRef } from '../../shared/ports/audit-log.ts';
import type { Topic } from '../../shared/ports/topic.ts';

/** Writers that race for the same place settle it within this many tries. */
const MAX_TRIES = 6;

interface Ports {
  readonly log: AuditLog;
  readonly bus: Topic;
}

/**
 * Gives records their place in the audit log, each exactly once, and publishes recommendations on the bus (at least
 * once; readers know them by id). The part is written before the head moves; a part that somebody left without moving
 * the head is taken over as it is. @returns the entries of this call.
 * @throws Temporary when other writers kept being faster; the messages come again.
 */
export function sealRecords({ log, bus }: Ports) {
  return async (refs: readonly AuditRef[]): Promise<AuditEntry[]> => {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const head = await log.head();
      const waiting = distinct(await log.unchained(refs));
      if (waiting.length === 0) return [];
      const entries = chainEntries(head, waiting);
      const ours = await log.putPart(entries);
      const part = ours ? entries : await log.part(head.size);
      await publish(bus, part);
      try {
        await log.advance(head, part);
        if (ours) return entries;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    throw new Temporary('audit: expected a place in the log, was always somebody faster');
  };
}

function distinct(waiting: readonly Unchained[]): Unchained[] {
  return [...new Map(waiting.map((one) => [JSON.stringify(one.record), one])).values()];
}

async function publish(bus: Topic, entries: readonly AuditEntry[]): Promise<void> {
  for (const { kind, record, index } of entries) {
    if (kind !== 'recommendation') continue;
    const { exchange, action } = record as unknown as Recommendation;
    await bus.publish({
      body: JSON.stringify({ log_index: index, ...record }),
      attributes: { exchange, action },
    });
  }
}
