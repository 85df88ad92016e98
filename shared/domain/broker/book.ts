import type { Trade } from '../audit/trade.ts';
import { NOTHING_CLOSED, type SessionTally } from '../backtest/session-tally.ts';
import type { Exchange } from '../market/snapshot.ts';
import type { Order } from './order.ts';

/** An order that was sent: it meets the next observation of its chain, or is given up. */
export interface SentOrder extends Order {
  /** Minute of the Indian day after which it is given up. */
  readonly given_up_after: number;
  /** What the account had left when it was sent. */
  readonly free_rupees: number;
}

/** Options that were bought and are held. Prices in rupees a unit. */
export interface Position extends Order {
  /** Of the contract, an Indian date. */
  readonly expiry: string;
  readonly entered_ms: number;
  /** The price chase included. */
  readonly entry_price: number;
  /** What it binds of the account. */
  readonly bound_rupees: number;
  /** The last price it could be sold at since the entry; null when there was none. */
  readonly known_price: number | null;
}

/** What the broker did for one exchange in one session, and what it still has to do: one record, written as a whole. */
export interface BrokerBook {
  readonly exchange: Exchange;
  /** Indian date. */
  readonly date: string;
  /** Rises by one with each write. */
  readonly revision: number;
  /** The account as the session began; null until the session before is over. */
  readonly equity_rupees: number | null;
  /** Observations up to this time were acted on; what comes later and is older is never traded on. */
  readonly acted_until_ms: number;
  readonly tally: SessionTally;
  /** Minute of the Indian day; null before the first entry. */
  readonly last_entry_minute: number | null;
  /** Taken and not looked at yet, in the order they were placed. */
  readonly waiting: readonly Order[];
  readonly sent: SentOrder | null;
  /** In the order of their entries. */
  readonly positions: readonly Position[];
  /** Reports that have still to be made. */
  readonly reports: readonly Trade[];
  /** The session is over, and nothing is left to do. */
  readonly done: boolean;
}

export function emptyBook(exchange: Exchange, date: string): BrokerBook {
  return {
    exchange,
    date,
    revision: 0,
    equity_rupees: null,
    acted_until_ms: 0,
    tally: NOTHING_CLOSED,
    last_entry_minute: null,
    waiting: [],
    sent: null,
    positions: [],
    reports: [],
    done: false,
  };
}

/** Whether nothing waits for an observation. */
export function isIdle({ waiting, sent, positions }: BrokerBook): boolean {
  return waiting.length === 0 && sent === null && positions.length === 0;
}

/** Recommendations that the broker follows at the moment. */
export function followedBy({ waiting, sent, positions }: BrokerBook): string[] {
  return [...waiting, ...(sent === null ? [] : [sent]), ...positions].map((one) => one.recommendation_id);
}

/** The book with one more order; a session that was over is looked at again. */
export function withOrder(book: BrokerBook, order: Order): BrokerBook {
  const waiting = [...book.waiting, order].sort(
    (a, b) => a.placed_ms - b.placed_ms || (a.recommendation_id < b.recommendation_id ? -1 : 1),
  );
  return { ...book, revision: book.revision + 1, waiting, done: false };
}
