import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

interface Ports {
  readonly store: RecommendationStore;
  readonly toAudit: MessageQueue;
}

/**
 * Stores an answer before it is given and asks for its place in the audit log. The same input was answered before:
 * that answer is given again. A message that is lost is sent again by the sweep.
 */
export function recordAnswer({ store, toAudit }: Ports) {
  return async (answer: Recommendation): Promise<Recommendation> => {
    const before = await store.add(answer);
    await toAudit.sendAll([{ kind: 'recommendation', id: answer.id } satisfies AuditRef]);
    return before ?? answer;
  };
}
