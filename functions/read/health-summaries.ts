import * as z from 'zod';
import { healthCsv } from '../../shared/domain/health/health-csv.ts';
import { healthPrometheus } from '../../shared/domain/health/health-prometheus.ts';
import type { HealthSummary } from '../../shared/domain/health/health-summary.ts';
import { EXCHANGES, exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import type { HealthStore } from '../../shared/ports/health-store.ts';
import { limitParameter } from './query.ts';

const SCOPES = ['ALL', ...EXCHANGES] as const;

export const healthQuerySchema = z.object({
  exchange: exchangeSchema.or(z.literal('ALL')).optional().describe('Only this exchange, or `ALL` together.'),
  limit: limitParameter(1, 100),
  format: z.enum(['json', 'csv']).default('json'),
});

export const healthAnswerSchema = z.object({
  summaries: z.array(
    z.looseObject({
      exchange: z.string(),
      at: z.iso.datetime({ offset: true }),
      session_open: z.boolean(),
      data_age_seconds: z.number().nullable(),
      counts: z.record(z.string(), z.number()),
    }),
  ),
});

/** GET /v1/health: the newest summaries of each exchange and of all together (or of one). */
export function healthSummaries(health: HealthStore) {
  return async ({
    exchange,
    limit,
  }: Pick<z.infer<typeof healthQuerySchema>, 'exchange' | 'limit'>): Promise<{
    summaries: HealthSummary[];
  }> => {
    const wanted = exchange === undefined ? SCOPES : [exchange];
    const found = await Promise.all(wanted.map((one) => health.latest('health', one, limit)));
    // Written by the health stage of this very code, and kept as it wrote it.
    return { summaries: found.flat().map(({ body }) => body as unknown as HealthSummary) };
  };
}

/** The summaries as one CSV table. */
export function summariesCsv(summaries: readonly HealthSummary[]): string {
  return summaries
    .map(healthCsv)
    .map((table, place) => (place === 0 ? table : table.slice(table.indexOf('\r\n') + 2)))
    .join('');
}

/** GET /metrics: the newest summaries in the Prometheus text format. */
export function metricsText(health: HealthStore) {
  return async (): Promise<string> => {
    const { summaries } = await healthSummaries(health)({ exchange: undefined, limit: 1 });
    return healthPrometheus(summaries);
  };
}
