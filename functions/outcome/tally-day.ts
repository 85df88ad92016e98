import { addDays, epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { dayTally } from '../../shared/domain/outcomes/day-tally.ts';
import type { FollowedOutcome } from '../../shared/domain/outcomes/outcome.ts';
import { liveRecordOf } from '../../shared/domain/outcomes/statistics.ts';
import type { TradeMark } from '../../shared/domain/outcomes/trade-mark.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import type { TallyStore } from '../../shared/ports/tally-store.ts';

/** Calendar days behind the record that live sizes rest on: about twenty sessions. */
export const RECORD_DAYS = 28;

export interface TallyPorts {
  readonly store: Pick<RecommendationStore, 'outcomesOfDay' | 'marksOfDay'>;
  readonly tallies: TallyStore;
  readonly models: Pick<ModelRegistry, 'livePointer'>;
  readonly risk: Pick<RiskStore, 'change'>;
  readonly target: string;
  readonly clock: Clock;
}

/**
 * Counts a session anew and keeps its tally; then tells the risk state what the live version's trades of the last twenty
 * sessions brought. `fresh` is what was written a moment ago: the index by day may not have it yet.
 */
export async function tallyDay(
  ports: TallyPorts,
  exchange: Exchange,
  date: string,
  freshOutcomes: readonly FollowedOutcome[],
  freshMarks: readonly TradeMark[],
): Promise<void> {
  const isOfDay = (moment: string) => sessionDate(epochMs(moment)) === date;
  const outcomes = new Map(
    [
      ...(await ports.store.outcomesOfDay(exchange, date)),
      ...freshOutcomes.filter(({ recommended_at }) => isOfDay(recommended_at)),
    ].map((outcome) => [`${outcome.recommendation_id} ${outcome.horizon}`, outcome]),
  );
  const marks = new Map(
    [...(await ports.store.marksOfDay(date)), ...freshMarks.filter((mark) => mark.date === date)]
      .filter((mark) => mark.exchange === exchange)
      .map((mark) => [mark.trade_id, mark]),
  );
  await ports.tallies.put(dayTally(exchange, date, [...outcomes.values()], [...marks.values()]));
  await tellRecord(ports, exchange);
}

async function tellRecord({ tallies, models, risk, target, clock }: TallyPorts, exchange: Exchange) {
  const live = await models.livePointer(exchange, target);
  if (live === undefined) return;
  const today = sessionDate(clock());
  const days = await tallies.between(exchange, addDays(today, -RECORD_DAYS), today);
  const live_record = liveRecordOf(days, live.version);
  await risk.change(exchange, (state) => ({ ...state, live_record }));
}
