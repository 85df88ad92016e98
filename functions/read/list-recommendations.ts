import * as z from 'zod';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import { exchangeParameter, limitParameter } from './query.ts';

export const recommendationsQuerySchema = z.object({
  exchange: exchangeParameter,
  date: z.iso.date().optional().describe('The session; the newest with data when left out.'),
  limit: limitParameter(20, 500),
});

export const recommendationsAnswerSchema = z.object({
  date: z.iso.date(),
  recommendations: z.array(recommendationSchema),
});

interface Ports {
  readonly recommendations: RecommendationStore;
  readonly dayWithData: () => Promise<string>;
}

/** GET /v1/recommendations: the answers of a session, newest first. */
export function listRecommendations({ recommendations, dayWithData }: Ports) {
  return async (
    query: z.infer<typeof recommendationsQuerySchema>,
  ): Promise<z.infer<typeof recommendationsAnswerSchema>> => {
    const date = query.date ?? (await dayWithData());
    const wanted = query.exchange === undefined ? EXCHANGES : [query.exchange];
    const days = await Promise.all(wanted.map((exchange) => recommendations.ofDay(exchange, date)));
    const newestFirst = days.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
    return { date, recommendations: newestFirst.slice(0, query.limit) };
  };
}
