import type { z } from 'zod';
import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { markFact } from '../../shared/domain/outcomes/session-result.ts';
import { type rebuildAnswerSchema, rebuildBodySchema } from '../../shared/domain/risk/rebuild.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';

/** More reports than this never wait for their mark. */
const WAITING = 5000;

interface Ports {
  readonly store: Pick<RecommendationStore, 'marksOfDay' | 'unmarked'>;
  readonly risk: Pick<RiskStore, 'change'>;
  readonly book: (tradeId: string) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Books all trades and results of a session again, from the reports and marks that are kept: what had been lost is there
 * again, what was there stays as it was. @throws RejectedInput naming the field that is wrong.
 */
export function rebuildSession({ store, risk, book, clock }: Ports) {
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
    const trades = new Set([...marks, ...waiting].map(({ trade_id }) => trade_id));
    for (const trade of trades) await book(trade);
    for (const exchange of EXCHANGES) {
      const facts = marks
        .filter((mark) => mark.exchange === exchange)
        .flatMap((mark) => markFact(mark) ?? []);
      if (facts.length > 0) await risk.change(exchange, (state) => facts.reduce(withFact, state));
    }
    return { date, trades: trades.size, results: marks.filter(({ counts }) => counts).length };
  };
}
