import { z } from 'zod';
import { tradeSchema } from '../../shared/domain/audit/trade.ts';
import { outcomeSchema } from '../../shared/domain/outcomes/outcome.ts';
import { recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

export const trailPathSchema = z.object({ id: z.ulid() });

export const trailAnswerSchema = z.object({
  recommendation: recommendationSchema,
  /** Place in the audit log; null until sealed. */
  log_index: z.number().int().nonnegative().nullable(),
  trades: z.array(tradeSchema),
  outcomes: z.array(outcomeSchema),
});

/** GET /v1/recommendations/{id}: an answer with everything that followed it. @throws NotFound for an unknown id. */
export function recommendationTrail(recommendations: RecommendationStore) {
  return async ({ id }: z.infer<typeof trailPathSchema>) => {
    const { recommendation, logIndex, trades, outcomes } = await recommendations.trail(id);
    return { recommendation, log_index: logIndex, trades, outcomes };
  };
}
