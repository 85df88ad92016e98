import { readBusEntry } from '../../shared/domain/audit/bus-entry.ts';
import { emptyBook, withOrder } from '../../shared/domain/broker/book.ts';
import { type Order, orderOf, tradableSchema } from '../../shared/domain/broker/order.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { Conflict, Temporary } from '../../shared/errors.ts';
import type { BrokerStore } from '../../shared/ports/broker-store.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** Writers that race for one book settle it within this many tries. */
const MAX_TRIES = 8;

interface Ports {
  readonly broker: BrokerStore;
  /** Whose recommendations the broker follows. */
  readonly exchanges: readonly Exchange[];
  readonly clock: Clock;
}

/** `taken` once and never again; `known`: it was taken before; `passed`: it is not to be executed, or not followed. */
export type Taken = 'taken' | 'known' | 'passed';

/**
 * Puts an executable recommendation, as the bus carries it, into its session's book: once, however often it comes. Nothing
 * is decided here. @throws RejectedInput for a message that is no entry of the log; Temporary when other writers kept
 * being faster: it comes again.
 */
export function takeOrder({ broker, exchanges, clock }: Ports) {
  return async (message: unknown): Promise<Taken> => {
    const { kind, record } = readBusEntry(message);
    if (kind !== 'recommendation') return 'passed';
    const order = orderOf(tradableSchema.parse(record), clock());
    if (order === null || !exchanges.includes(order.exchange)) return 'passed';
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      if (await broker.isTaken(order.recommendation_id)) return 'known';
      if (await isWritten(broker, order)) return 'taken';
    }
    throw new Temporary(
      `broker: expected to take ${order.recommendation_id} within ${MAX_TRIES} tries, was always somebody faster`,
    );
  };
}

async function isWritten(broker: BrokerStore, order: Order): Promise<boolean> {
  const { exchange, date } = order;
  const book = (await broker.book(exchange, date)) ?? emptyBook(exchange, date);
  try {
    await broker.take(order, withOrder(book, order));
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
