import * as z from 'zod';
import { addDays, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import {
  type OutcomesAnswer,
  STATISTICS_BY,
  statisticsBy,
  statisticsTotal,
} from '../../shared/domain/outcomes/statistics.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { TallyStore } from '../../shared/ports/tally-store.ts';
import { exchangeParameter } from './query.ts';

/** Most calendar days of one question: the tallies of so many are read in a moment. */
const MOST_DAYS = 400;

export const outcomesQuerySchema = z.object({
  exchange: exchangeParameter,
  from: z.iso
    .date()
    .optional()
    .describe('First Indian date; without it the last `days` sessions with answers.'),
  to: z.iso.date().optional().describe('Last Indian date; today when left out.'),
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(250)
    .default(20)
    .describe('How many sessions, where `from` is left out.'),
  by: z.enum(STATISTICS_BY).default('exchange').describe('What answers and trades are grouped by.'),
});

interface Ports {
  readonly tallies: TallyStore;
  readonly clock: Clock;
}

/**
 * GET /v1/outcomes: how answers and trades turned out over a window of sessions. It reads one tally a session, never the
 * outcomes themselves. @throws RejectedInput for a window that ends before it begins, or is longer than 400 days.
 */
export function outcomeStatistics({ tallies, clock }: Ports) {
  return async (query: z.infer<typeof outcomesQuerySchema>): Promise<OutcomesAnswer> => {
    const to = query.to ?? sessionDate(clock());
    const from = query.from ?? addDays(to, -Math.min(MOST_DAYS, 3 * query.days + 14));
    if (from > to || from < addDays(to, -MOST_DAYS)) {
      const message = `from: expected a date at most ${MOST_DAYS} days before ${to}, was ${from}`;
      throw new RejectedInput(message, { field: 'from' });
    }
    const wanted = query.exchange === undefined ? EXCHANGES : [query.exchange];
    const between = async (first: string) =>
      (await Promise.all(wanted.map((exchange) => tallies.between(exchange, first, to)))).flat();
    const near = await between(from);
    // After a pause the last sessions there are lie further back.
    const isEarlier = near.length === 0 && query.from === undefined;
    const found = isEarlier ? await between(addDays(to, -MOST_DAYS)) : near;
    const dates = [...new Set(found.map(({ date }) => date))].sort();
    const counted = query.from === undefined ? dates.slice(-query.days) : dates;
    const days = found.filter(({ date }) => date >= (counted[0] ?? to));
    return {
      exchange: query.exchange ?? null,
      by: query.by,
      from: counted[0] ?? null,
      to: counted.at(-1) ?? null,
      sessions: counted.length,
      groups: statisticsBy(days, query.by),
      total: statisticsTotal(days),
    };
  };
}
