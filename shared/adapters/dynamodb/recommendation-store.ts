import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StoredTrade } from '../../domain/audit/trade.ts';
import { epochMs, sessionDate, utcIso } from '../../domain/market/indian-time.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import type { Outcome } from '../../domain/outcomes/outcome.ts';
import type { Recommendation } from '../../domain/scoring/recommendation.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type { RecommendationStore } from '../../ports/recommendation-store.ts';
import { ABSENT, DynamoTable, type Item, recordOf } from './table.ts';

export const RECOMMENDATION = 'recommendation';
const OUTCOME = 'outcome#';
const TRADE = 'trade#';
/** `pending` index: what still has to be sealed into the audit log; after that `outcome#<exchange>`. */
export const PENDING_AUDIT = 'audit';

/**
 * The `recommendations` table. `rec#<id>` / `recommendation`, `trade#<id>#<time>#<status>`, `outcome#<minutes>`;
 * `trade#<trade id>` / `<time>#<status>` for trades. Index `by-day`: `<exchange>#<date>` and
 * `outcome#<exchange>#<date>` / time and id; index
 * `pending`: `audit` or `outcome#<exchange>` / time.
 */
export function dynamoRecommendationStore(client: DynamoDBClient, tableName: string): RecommendationStore {
  const table = new DynamoTable(client, tableName);
  return {
    async add(recommendation) {
      try {
        await table.put(recommendationItem(recommendation), ABSENT);
        return undefined;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        const item = await table.get(recommendationKey(recommendation.id), RECOMMENDATION);
        return item === undefined ? undefined : toRecommendation(item);
      }
    },
    async trail(id) {
      const items = await table.query({ pk: recommendationKey(id) });
      const first = items.find((item) => item['sk'] === RECOMMENDATION);
      if (first === undefined) throw new NotFound(`recommendation: expected a stored id, was ${id}`);
      const below = (prefix: string) => items.filter((item) => String(item['sk']).startsWith(prefix));
      return {
        recommendation: toRecommendation(first),
        logIndex: (first['log_index'] as number | undefined) ?? null,
        trades: below(TRADE).map((item) => recordOf<StoredTrade>(item)),
        outcomes: below(OUTCOME).map((item) => recordOf<Outcome>(item)),
      };
    },
    async ofDay(exchange, date) {
      return (await table.query({ pk: dayKey(exchange, date), index: 'by-day' })).map(toRecommendation);
    },
    async unresolved(exchange, limit) {
      const range = { pk: pendingOutcome(exchange), index: 'pending', limit } as const;
      return (await table.query(range)).map(toRecommendation);
    },
    async addTrade(trade) {
      const report = reportKey(trade);
      const pending = { pending_pk: PENDING_AUDIT, pending_sk: trade.recorded_at };
      const puts = [
        table.putInTransaction({ ...trade, ...pending, pk: tradeKey(trade.trade_id), sk: report }, ABSENT),
      ];
      if (trade.recommendation_id !== null) {
        const key = {
          pk: recommendationKey(trade.recommendation_id),
          sk: `${TRADE}${trade.trade_id}#${report}`,
        };
        puts.push(table.putInTransaction({ ...trade, ...key }, ABSENT));
      }
      await table.transact(puts, `store trade ${trade.trade_id} ${trade.status}`);
    },
    async tradeReports(tradeId) {
      return (await table.query({ pk: tradeKey(tradeId) })).map((item) => recordOf<StoredTrade>(item));
    },
    async resolve(outcome, { id, exchange, timestamp }) {
      const pk = recommendationKey(id);
      const day = {
        day_pk: `${OUTCOME}${dayKey(exchange, sessionDate(epochMs(timestamp)))}`,
        day_sk: `${utcIso(epochMs(timestamp))}#${id}#${outcome.horizon}`,
      };
      await table.transact(
        [
          table.putInTransaction({ ...outcome, ...day, pk, sk: `${OUTCOME}${outcome.horizon}` }),
          // Before it is sealed, what would be removed is its place among those that wait for the audit log.
          table.updateInTransaction(pk, RECOMMENDATION, 'REMOVE pending_pk, pending_sk', {
            expression: 'attribute_exists(log_index)',
          }),
        ],
        `resolve ${id}`,
      );
    },
    async outcomesOfDay(exchange, date) {
      const items = await table.query({ pk: `${OUTCOME}${dayKey(exchange, date)}`, index: 'by-day' });
      return items.map((item) => recordOf<Outcome>(item));
    },
  };
}

/** Partition of a trade's reports. */
export function tradeKey(tradeId: string): string {
  return `${TRADE}${tradeId}`;
}

/** Sort key of one report of a trade. */
export function reportKey(report: { readonly timestamp: string; readonly status: string }): string {
  return `${utcIso(epochMs(report.timestamp))}#${report.status}`;
}

/** Partition of the `pending` index for sealed recommendations whose outcome is still open. */
export function pendingOutcome(exchange: Exchange): string {
  return `${OUTCOME}${exchange}`;
}

/** Partition of a recommendation with its trades and outcomes. */
export function recommendationKey(id: string): string {
  return `rec#${id}`;
}

function recommendationItem(recommendation: Recommendation): Item {
  const { exchange, timestamp, id } = recommendation;
  return {
    pk: recommendationKey(id),
    sk: RECOMMENDATION,
    day_pk: dayKey(exchange, sessionDate(epochMs(timestamp))),
    day_sk: `${utcIso(epochMs(timestamp))}#${id}`,
    pending_pk: PENDING_AUDIT,
    pending_sk: recommendation.recorded_at,
    timestamp,
    record: JSON.stringify(recommendation),
  };
}

/** The record is kept as JSON text: numbers come back bit for bit. */
function toRecommendation(item: Item): Recommendation {
  return JSON.parse(item['record'] as string) as Recommendation;
}

function dayKey(exchange: Exchange, date: string): string {
  return `${exchange}#${date}`;
}
