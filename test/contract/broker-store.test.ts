import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoBrokerStore } from '../../shared/adapters/dynamodb/broker-store.ts';
import { type BrokerBook, emptyBook, withOrder } from '../../shared/domain/broker/book.ts';
import { type Order, orderOf } from '../../shared/domain/broker/order.ts';
import { Conflict } from '../../shared/errors.ts';
import type { BrokerStore } from '../../shared/ports/broker-store.ts';
import { aRecommendation } from '../factories/recommendation.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
let store: BrokerStore;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  store = dynamoBrokerStore(cloud.dynamodb, await cloud.table());
});
afterAll(() => cloud.stop());

const order = orderOf(aRecommendation(), START_MS) as Order;
const empty = emptyBook('NSE', order.date);
const taken = withOrder(empty, order);
const next = (book: BrokerBook): BrokerBook => ({ ...book, revision: book.revision + 1 });

describe('the broker store on DynamoDB', () => {
  it('gives a book back as it was put, to the last bit, and none that was not', async () => {
    expect(await store.book('NSE', order.date)).toBeUndefined();
    const book = { ...next(empty), equity_rupees: 0.1 + 0.2, tally: { profitRupees: -1 / 3, losses: 2 } };
    await store.put(book);
    expect(await store.book('NSE', order.date)).toEqual(book);
    expect(await store.book('BSE', order.date)).toBeUndefined();
  });

  it('takes each revision once', async () => {
    await store.put(next(empty));
    await expect(store.put(next(empty))).rejects.toBeInstanceOf(Conflict);
    await expect(store.put({ ...empty, revision: 3 })).rejects.toBeInstanceOf(Conflict);
    await store.put({ ...empty, revision: 2 });
  });

  it('takes an order once, with its book or not at all', async () => {
    await store.take(order, taken);
    expect(await store.isTaken(order.recommendation_id)).toBe(true);
    await expect(store.take(order, next(taken))).rejects.toBeInstanceOf(Conflict);
    expect(await store.book('NSE', order.date)).toEqual(taken);
    const other = { ...order, recommendation_id: 'other' };
    await expect(store.take(other, taken)).rejects.toBeInstanceOf(Conflict);
    expect(await store.isTaken('other')).toBe(false);
  });

  it('finds the latest sessions, the newest first', async () => {
    for (const date of ['2025-12-03', '2025-12-01', '2025-12-02'])
      await store.put(next(emptyBook('NSE', date)));
    await store.put(next(emptyBook('BSE', '2025-12-04')));
    const dates = async (count: number) => (await store.latest('NSE', count)).map(({ date }) => date);
    expect(await dates(2)).toEqual(['2025-12-03', '2025-12-02']);
    expect(await dates(9)).toHaveLength(3);
  });
});
