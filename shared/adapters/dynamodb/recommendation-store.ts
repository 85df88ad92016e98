import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { StoredFeedback } from '../../domain/audit/feedback.ts';
import type { StoredTrade } from '../../domain/audit/trade.ts';
import { epochMs, sessionDate, utcIso } from '../../domain/market/indian-time.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import type { FollowedOutcome } from '../../domain/outcomes/outcome.ts';
import type { TradeMark } from '../../domain/outcomes/trade-mark.ts';
import type { Recommendation } from '../../domain/scoring/recommendation.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type {
  OutcomeChange,
  PlacedRecommendation,
  RecommendationStore,
  TradeTrail,
} from '../../ports/recommendation-store.ts';
import { ABSENT, type Condition, DynamoTable, follows, type Item, recordOf } from './table.ts';

export const RECOMMENDATION = 'recommendation';
const OUTCOME = 'outcome#';
const TRADE = 'trade#';
const TRADES = 'trades#';
const MARK = 'mark#';
const MARKED = 'mark';
export const FEEDBACK = 'feedback#';
const DUE = 'due#';
const SEALED: Condition = { expression: 'attribute_exists(log_index)' };
/** `pending` index: what still has to be sealed into the audit log; after that `outcome#<exchange>`. */
export const PENDING_AUDIT = 'audit';
/** `pending` index: sealed trade reports whose trade has to be marked. */
export const PENDING_MARK = 'mark';

/**
 * The `recommendations` table. `rec#<id>` / `recommendation`, `trade#<id>#<time>#<status>`, `mark#<trade id>`,
 * `outcome#<minutes>`, `feedback#<time>#<by>`; `trade#<trade id>` / `<time>#<status>` and `mark`. Index `by-day`:
 * `<exchange>#<date>` and `outcome#<exchange>#<date>` / time and id, `mark#<date>` / time and trade id; index `pending`:
 * `audit`, `mark`, `outcome#<exchange>` (first due) and `due#<exchange>` (due again) / time.
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
      const below = <T>(prefix: string) =>
        items.filter((item) => String(item['sk']).startsWith(prefix)).map((item) => recordOf<T>(item));
      const tradeIds = [...new Set(below<StoredTrade>(TRADE).map(({ trade_id }) => trade_id))];
      const trades = await Promise.all(tradeIds.map((tradeId) => reportsOn(table, id, tradeId)));
      return {
        ...placed(first),
        trades: trades.flat(),
        marks: below<TradeMark>(MARK),
        outcomes: below<FollowedOutcome>(OUTCOME),
        feedback: below<StoredFeedback & Sealed>(FEEDBACK).map(({ log_index: _place, ...one }) => one),
      };
    },
    async ofDay(exchange, date) {
      return (await table.query({ pk: dayKey(exchange, date), index: 'by-day' })).map(toRecommendation);
    },
    async placedOfDay(exchange, date) {
      return (await table.query({ pk: dayKey(exchange, date), index: 'by-day' })).map(placed);
    },
    async unresolved(exchange, dueBy, limit) {
      const range = { pk: pendingOutcome(exchange), index: 'pending', from: '0', to: dueBy, limit } as const;
      return (await table.query(range)).map(toRecommendation);
    },
    async unfinished(exchange, dueBy, limit) {
      const range = { pk: `${DUE}${exchange}`, index: 'pending', from: '0', to: dueBy, limit } as const;
      return (await table.query(range)).map((item) => recordOf<FollowedOutcome>(item));
    },
    async addTrade(trade) {
      const report = reportKey(trade);
      const pending = { pending_pk: PENDING_AUDIT, pending_sk: trade.recorded_at };
      const puts = [
        table.putInTransaction(
          { ...trade, ...pending, ...tradeDay(trade), pk: tradeKey(trade.trade_id), sk: report },
          ABSENT,
        ),
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
      return [...(await tradeTrail(table, tradeId)).reports];
    },
    async tradesOfDay(date) {
      const items = await table.query({ pk: `${TRADES}${date}`, index: 'by-day' });
      return items.map(({ log_index: _place, ...item }) => toReport(item));
    },
    tradeTrail: (tradeId) => tradeTrail(table, tradeId),
    async unmarked(limit) {
      return (await table.query({ pk: PENDING_MARK, index: 'pending', limit })).map(toReport);
    },
    async putMark(mark, settled) {
      const day = {
        day_pk: `${MARK}${mark.date}`,
        day_sk: `${mark.entered_at ?? mark.closed_at}#${mark.trade_id}`,
      };
      const pk = tradeKey(mark.trade_id);
      const items = [
        table.putInTransaction({ ...mark, ...day, pk, sk: MARKED }, follows(mark.revision, 0)),
        ...settled.map((report) =>
          table.updateInTransaction(pk, reportKey(report), 'REMOVE pending_pk, pending_sk', SEALED),
        ),
      ];
      if (mark.recommendation_id !== null) {
        const key = { pk: recommendationKey(mark.recommendation_id), sk: `${MARK}${mark.trade_id}` };
        items.push(table.putInTransaction({ ...mark, ...key }));
      }
      await table.transact(items, `mark trade ${mark.trade_id}`);
    },
    async marksOfDay(date) {
      const items = await table.query({ pk: `${MARK}${date}`, index: 'by-day' });
      return items.map((item) => recordOf<TradeMark>(item));
    },
    async resolve(changes) {
      if (changes.length === 0) return;
      const items = changes.flatMap((change) => outcomeWrites(table, change));
      await table.transact(items, `resolve ${changes.length} outcomes`);
    },
    async outcomesOfDay(exchange, date) {
      const items = await table.query({ pk: `${OUTCOME}${dayKey(exchange, date)}`, index: 'by-day' });
      return items.map((item) => recordOf<FollowedOutcome>(item));
    },
    async addFeedback(feedback) {
      const key = { pk: recommendationKey(feedback.recommendation_id), sk: feedbackKey(feedback) };
      const pending = { pending_pk: PENDING_AUDIT, pending_sk: feedback.recorded_at };
      await table.put({ ...feedback, ...key, ...pending }, ABSENT);
    },
  };
}

async function tradeTrail(table: DynamoTable, tradeId: string): Promise<TradeTrail> {
  const items = await table.query({ pk: tradeKey(tradeId) });
  const mark = items.find((item) => item['sk'] === MARKED);
  return {
    reports: items.filter((item) => item !== mark).map(toReport),
    mark: mark === undefined ? null : recordOf<TradeMark>(mark),
  };
}

/** A closing that came before its opening, and named no recommendation, lies with its trade alone. */
async function reportsOn(table: DynamoTable, id: string, tradeId: string): Promise<StoredTrade[]> {
  const { reports } = await tradeTrail(table, tradeId);
  return reports
    .filter(({ recommendation_id: of }) => of === null || of === id)
    .map(({ log_index: _place, ...report }: StoredTrade & Sealed) => report);
}

function outcomeWrites(table: DynamoTable, { outcome, dueAt }: OutcomeChange): TransactWriteItem[] {
  const { recommendation_id: id, exchange, recommended_at, horizon, revision } = outcome;
  const pk = recommendationKey(id);
  const day = {
    day_pk: `${OUTCOME}${dayKey(exchange, sessionDate(epochMs(recommended_at)))}`,
    day_sk: `${utcIso(epochMs(recommended_at))}#${id}#${horizon}`,
  };
  const due = dueAt === null ? {} : { pending_pk: `${DUE}${exchange}`, pending_sk: dueAt };
  const item = { ...outcome, ...day, ...due, pk, sk: `${OUTCOME}${horizon}` };
  const put = table.putInTransaction(item, follows(revision, 0));
  if (revision > 0) return [put];
  // Before it is sealed, what would be removed is its place among those that wait for the audit log.
  return [put, table.updateInTransaction(pk, RECOMMENDATION, 'REMOVE pending_pk, pending_sk', SEALED)];
}

interface Sealed {
  readonly log_index?: number;
}

function toReport(item: Item): StoredTrade {
  return recordOf<StoredTrade>(item);
}

function placed(item: Item): PlacedRecommendation {
  return {
    recommendation: toRecommendation(item),
    logIndex: (item['log_index'] as number | undefined) ?? null,
  };
}

/** Sort key of one feedback, below its recommendation. */
export function feedbackKey({ recorded_at, by }: Pick<StoredFeedback, 'recorded_at' | 'by'>): string {
  return `${FEEDBACK}${recorded_at}#${by}`;
}

/** Place of a report among those of its day. */
function tradeDay({ timestamp, trade_id, status }: StoredTrade): Item {
  const atMs = epochMs(timestamp);
  return { day_pk: `${TRADES}${sessionDate(atMs)}`, day_sk: `${utcIso(atMs)}#${trade_id}#${status}` };
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

/** The id in `recommendationKey`. */
export function recommendationId(key: string): string {
  return key.slice('rec#'.length);
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
