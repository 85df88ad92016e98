import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { OfferShadow } from './shadow-offer.ts';

/** What an answer waits at most, once it is recorded and on its way to the log, for being offered to a challenger. */
const PATIENCE_MS = 25;

interface Ports {
  readonly store: RecommendationStore;
  readonly toAudit: MessageQueue;
  /** Lets a challenger answer, too; nobody does without it. */
  readonly offer?: OfferShadow;
}

/**
 * Stores an answer before it is given and asks for its place in the audit log. The same input was answered before:
 * that answer is given again. A message that is lost is sent again by the sweep. What was recorded is offered to the
 * challenger with the row it was given on, beside the message to the log: that can neither fail nor hold up the answer.
 */
export function recordAnswer({ store, toAudit, offer = async () => undefined }: Ports) {
  return async (answer: Recommendation, row?: FeatureRow): Promise<Recommendation> => {
    const recorded = (await store.add(answer)) ?? answer;
    const offered = offer(recorded, row);
    await toAudit.sendAll([{ kind: 'recommendation', id: answer.id } satisfies AuditRef]);
    await atMost(PATIENCE_MS, offered);
    return recorded;
  };
}

/** Settles with the work, or after so many milliseconds. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
