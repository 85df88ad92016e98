import type * as z from 'zod';
import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { markFact } from '../../shared/domain/outcomes/session-result.ts';
import {
  MOST_AT_ONCE,
  type rebuildAnswerSchema,
  rebuildBodySchema,
} from '../../shared/domain/risk/rebuild.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import type { BookedFact } from './book-trade.ts';

/** More reports than this never wait for their mark. */
const WAITING = 5000;
/** Trades that are looked up at once. */
const SIDE_BY_SIDE = 10;

interface Ports {
  readonly store: Pick<RecommendationStore, 'marksOfDay' | 'unmarked'>;
  readonly risk: Pick<RiskStore, 'change'>;
  readonly factOf: (tradeId: string) => Promise<BookedFact | undefined>;
  readonly clock: Clock;
}

/**
 * Books trades and results of a session again, from the reports and marks that are kept: what had been lost is there
 * again, what was there stays as it was. A hundred trades at once, so that no request takes long; `next` leads on. @throws RejectedInput naming the field that is wrong.
 */
export function rebuildSession({ store, risk, factOf, clock }: Ports) {
  return async (body: unknown): Promise<z.infer<typeof rebuildAnswerSchema>> => {
    const parsed = rebuildBodySchema.safeParse(body ?? {});
    if (!parsed.success) {
      const { issues } = parsed.error;
      const field = issues[0]?.path.join('.') || 'body';
      throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
    }
    const date = parsed.data.date ?? sessionDate(clock());
    const marks = await store.marksOfDay(date);
    const waiting = (await store.unmarked(WAITING)).filter(
      ({ timestamp }) => sessionDate(epochMs(timestamp)) === date,
    );
    const all = [...new Set([...marks, ...waiting].map(({ trade_id }) => trade_id))].sort();
    const left = all.filter((trade) => trade > (parsed.data.after ?? ''));
    const trades = left.slice(0, MOST_AT_ONCE);
    const booked = await factsOf(trades, factOf);
    for (const exchange of EXCHANGES) {
      const facts = [
        ...booked.filter((one) => one.exchange === exchange).map(({ fact }) => fact),
        ...marks.filter((mark) => mark.exchange === exchange).flatMap((mark) => markFact(mark) ?? []),
      ];
      if (facts.length > 0) await risk.change(exchange, (state) => facts.reduce(withFact, state));
    }
    const results = marks.filter(({ counts }) => counts).length;
    return {
      date,
      trades: trades.length,
      results,
      next: left.length > trades.length ? trades.at(-1)! : null,
    };
  };
}

async function factsOf(trades: readonly string[], factOf: Ports['factOf']): Promise<BookedFact[]> {
  const facts: BookedFact[] = [];
  for (let at = 0; at < trades.length; at += SIDE_BY_SIDE) {
    const found = await Promise.all(trades.slice(at, at + SIDE_BY_SIDE).map(factOf));
    facts.push(...found.flatMap((one) => one ?? []));
  }
  return facts;
}
