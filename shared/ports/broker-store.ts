import type { BrokerBook } from '../domain/broker/book.ts';
import type { Order } from '../domain/broker/order.ts';
import type { Exchange } from '../domain/market/snapshot.ts';

/** The paper broker's books, one an exchange and session, each written as a whole. */
export interface BrokerStore {
  book(exchange: Exchange, date: string): Promise<BrokerBook | undefined>;
  /** The books of an exchange's latest sessions, the newest first. */
  latest(exchange: Exchange, count: number): Promise<BrokerBook[]>;
  /** Whether an order on the recommendation was taken before. */
  isTaken(recommendationId: string): Promise<boolean>;
  /** Writes a book with an order that was taken into it. @throws Conflict when the order was, or the book was written. */
  take(order: Order, book: BrokerBook): Promise<void>;
  /** @throws Conflict unless the stored book has the revision before. */
  put(book: BrokerBook): Promise<void>;
}
