import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { feedbackSchema, type StoredFeedback } from '../../shared/domain/audit/feedback.ts';
import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

interface Ports {
  readonly store: Pick<RecommendationStore, 'trail' | 'addFeedback'>;
  readonly toAudit: MessageQueue;
  readonly clock: Clock;
}

/** Two of one caller in the same millisecond are told apart by the next one. */
const MAX_TRIES = 5;

/**
 * Keeps an operator's own label beside the outcome, who gave it and when; nothing replaces an earlier one. The same
 * label with the same note as the caller's last one is that one: what is sent twice is kept once. It is no training label.
 * @throws RejectedInput naming the wrong field; NotFound for an unknown recommendation.
 */
export function giveFeedback({ store, toAudit, clock }: Ports) {
  return async (body: unknown, by: string): Promise<StoredFeedback> => {
    const parsed = feedbackSchema.safeParse(body);
    if (!parsed.success) {
      const { issues } = parsed.error;
      const field = issues[0]?.path.join('.') || 'body';
      throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
    }
    const { feedback: given } = await store.trail(parsed.data.recommendation_id);
    const last = given.findLast((one) => one.by === by);
    const { label, note } = parsed.data;
    const isAgain = last !== undefined && last.label === label && last.note === note;
    const kept = isAgain ? last : await addAt(clock());
    const { recommendation_id, recorded_at } = kept;
    await toAudit.sendAll([{ kind: 'feedback', recommendation_id, recorded_at, by } satisfies AuditRef]);
    return kept;

    async function addAt(nowMs: number, tries = MAX_TRIES): Promise<StoredFeedback> {
      const feedback: StoredFeedback = seal({ ...parsed.data!, by, recorded_at: utcIso(nowMs) });
      try {
        await store.addFeedback(feedback);
        return feedback;
      } catch (error) {
        if (!(error instanceof Conflict) || tries <= 1) throw error;
        return addAt(nowMs + 1, tries - 1);
      }
    }
  };
}
