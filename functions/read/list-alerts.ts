import * as z from 'zod';
import { alertStateSchema } from '../../shared/domain/alerts/alert-state.ts';
import type { AlertStore } from '../../shared/ports/alert-store.ts';

export const alertsQuerySchema = z.object({
  status: z.enum(['open', 'recovered']).optional().describe('Only these; all when left out.'),
});

export const alertsAnswerSchema = z.object({ alerts: z.array(alertStateSchema) });

/** GET /v1/alerts: open ones first, then by when they were last seen, newest first. */
export function listAlerts(alerts: AlertStore) {
  return async ({
    status,
  }: z.infer<typeof alertsQuerySchema>): Promise<z.infer<typeof alertsAnswerSchema>> => {
    const all = await alerts.all();
    const wanted = all.filter((alert) => status === undefined || alert.status === status);
    const order = (alert: (typeof all)[number]) => `${alert.status === 'open' ? 1 : 0} ${alert.last_seen_at}`;
    return { alerts: wanted.sort((a, b) => (order(a) < order(b) ? 1 : -1)) };
  };
}
