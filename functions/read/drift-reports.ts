import * as z from 'zod';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import { exchangeParameter, limitParameter } from './query.ts';

export const driftQuerySchema = z.object({ exchange: exchangeParameter, limit: limitParameter(1, 100) });

export const driftAnswerSchema = z.object({
  reports: z.array(
    z.looseObject({
      exchange: z.string(),
      model_version: z.string(),
      against: z.enum(['live', 'candidate']).default('live'),
      at: z.iso.datetime({ offset: true }),
      status: z.enum(['too_few_rows', 'steady', 'watch', 'drifted']),
      why: z.string(),
    }),
  ),
});

/** GET /v1/drift: the newest reports of each exchange (or of one), newest first. */
export function driftReports(health: HealthStore) {
  return async ({ exchange, limit }: z.infer<typeof driftQuerySchema>) => {
    const wanted = exchange === undefined ? EXCHANGES : [exchange];
    const found = await Promise.all(wanted.map((one) => health.latest('drift', one, limit)));
    const reports = found.flat().sort((a, b) => (a.at < b.at ? 1 : -1));
    return { reports: reports.map(({ body }) => body) };
  };
}
