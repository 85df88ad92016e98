import * as z from 'zod';
import { storedFeedbackSchema } from '../../shared/domain/audit/feedback.ts';
import { tradeSchema } from '../../shared/domain/audit/trade.ts';
import { followedOutcomeSchema } from '../../shared/domain/outcomes/outcome.ts';
import { tradeMarkSchema } from '../../shared/domain/outcomes/trade-mark.ts';
import { recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

export const trailPathSchema = z.object({ id: z.ulid() });

export const trailAnswerSchema = z.object({
  recommendation: recommendationSchema,
  /** Place in the audit log; null until sealed. */
  log_index: z.number().int().nonnegative().nullable(),
  trades: z.array(tradeSchema),
  /** The trades as re-marked from recorded prices, the claim beside the mark. */
  marks: z.array(tradeMarkSchema),
  outcomes: z.array(followedOutcomeSchema),
  /** Operators' own labels, oldest first. */
  feedback: z.array(storedFeedbackSchema),
});

/** GET /v1/recommendations/{id}: an answer with everything that followed it. @throws NotFound for an unknown id. */
export function recommendationTrail(recommendations: RecommendationStore) {
  return async ({ id }: z.infer<typeof trailPathSchema>) => {
    const { recommendation, logIndex, ...followed } = await recommendations.trail(id);
    return { recommendation, log_index: logIndex, ...followed };
  };
}
