import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BrokerBook } from '../../domain/broker/book.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import type { BrokerStore } from '../../ports/broker-store.ts';
import { ABSENT, DynamoTable, follows, type Item } from './table.ts';

/** Revision of a book that is written for the first time. */
const FIRST = 1;
const ORDER = 'order';
/** An order is known for longer than any message of it can come again. */
const KEEP_ORDER_S = 40 * 86_400;

/** The `broker` table. Keys: `book#<exchange>` / date, the book as JSON text; `order#<recommendation id>` / `order`. */
export function dynamoBrokerStore(client: DynamoDBClient, tableName: string): BrokerStore {
  const table = new DynamoTable(client, tableName);
  return {
    async book(exchange, date) {
      const item = await table.get(bookKey(exchange), date);
      return item === undefined ? undefined : toBook(item);
    },
    async latest(exchange, count) {
      const items = await table.query({ pk: bookKey(exchange), newestFirst: true, limit: count });
      return items.map(toBook);
    },
    async isTaken(recommendationId) {
      return (await table.get(orderKey(recommendationId), ORDER)) !== undefined;
    },
    async take({ recommendation_id, placed_ms }, book) {
      const order = {
        pk: orderKey(recommendation_id),
        sk: ORDER,
        expires_at: Math.floor(placed_ms / 1000) + KEEP_ORDER_S,
      };
      await table.transact(
        [
          table.putInTransaction(bookItem(book), follows(book.revision, FIRST)),
          table.putInTransaction(order, ABSENT),
        ],
        `take order ${recommendation_id}`,
      );
    },
    async put(book) {
      await table.put(bookItem(book), follows(book.revision, FIRST));
    },
  };
}

function bookItem(book: BrokerBook): Item {
  const { exchange, date, revision } = book;
  return { pk: bookKey(exchange), sk: date, revision, record: JSON.stringify(book) };
}

/** The record is kept as JSON text: numbers come back bit for bit. */
function toBook(item: Item): BrokerBook {
  return JSON.parse(item['record'] as string) as BrokerBook;
}

function bookKey(exchange: Exchange): string {
  return `book#${exchange}`;
}

function orderKey(recommendationId: string): string {
  return `order#${recommendationId}`;
}
