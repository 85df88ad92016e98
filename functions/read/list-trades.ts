import * as z from 'zod';
import { tradeSchema } from '../../shared/domain/audit/trade.ts';
import { sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import { exchangeParameter } from './query.ts';

export const tradesQuerySchema = z.object({
  exchange: exchangeParameter,
  date: z.iso.date().optional().describe('The day the reports are of; today when left out.'),
});

export const tradesAnswerSchema = z.object({ date: z.iso.date(), reports: z.array(tradeSchema) });

interface Ports {
  readonly recommendations: RecommendationStore;
  readonly clock: Clock;
}

/** GET /v1/trades: the reports of a day, oldest first; a closing is of the exchange that its opening names. */
export function listTrades({ recommendations, clock }: Ports) {
  return async ({ exchange, date = sessionDate(clock()) }: z.infer<typeof tradesQuerySchema>) => {
    const reports = await recommendations.tradesOfDay(date);
    if (exchange === undefined) return { date, reports };
    const ids = new Set(reports.filter((one) => one.exchange === exchange).map((one) => one.trade_id));
    return { date, reports: reports.filter(({ trade_id }) => ids.has(trade_id)) };
  };
}
