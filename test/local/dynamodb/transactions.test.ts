import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoDbFixture } from './dynamodb-fixture.ts';

let db: DynamoDbFixture;
let turn = 0;

beforeAll(async () => {
  db = await DynamoDbFixture.start();
});
afterAll(() => db.stop());
beforeEach(() => {
  turn += 1;
});

const TableName = 'accounts';
const key = (name: string) => ({ id: { S: `${name}-${turn}` } });
const item = (name: string, balance: number) => ({ ...key(name), balance: { N: String(balance) } });
const put = (name: string, balance: number): TransactWriteItem => ({
  Put: { TableName, Item: item(name, balance) },
});
const add = (name: string, amount: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(name),
    UpdateExpression: 'ADD balance :amount',
    ConditionExpression: 'attribute_exists(id)',
    ExpressionAttributeValues: { ':amount': { N: String(amount) } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  db.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const read = async (name: string) =>
  (await db.client.send(new GetItemCommand({ TableName, Key: key(name), ConsistentRead: true }))).Item;

describe('TransactWriteItems', () => {
  it('writes all of put, update, delete and condition check', async () => {
    await transact([put('a', 1), put('b', 2), put('c', 3)]);
    await transact([
      add('a', 10),
      { Delete: { TableName, Key: key('b') } },
      put('d', 4),
      { ConditionCheck: { TableName, Key: key('c'), ConditionExpression: 'attribute_exists(id)' } },
    ]);
    expect(await read('a')).toEqual(item('a', 11));
    expect(await read('b')).toBeUndefined();
    expect(await read('c')).toEqual(item('c', 3));
    expect(await read('d')).toEqual(item('d', 4));
  });

  it('writes nothing when one condition fails, and says which and why', async () => {
    await transact([put('a', 1)]);
    const failing = transact([
      put('b', 2),
      {
        Put: {
          TableName,
          Item: item('a', 9),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      add('missing', 1),
    ]);
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: item('a', 1) },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    expect(await read('a')).toEqual(item('a', 1));
    expect(await read('b')).toBeUndefined();
  });

  it('does nothing the second time under the same token, for ten minutes', async () => {
    await transact([put('a', 1)]);
    const token = `token-${turn}`;
    await transact([add('a', 1)], token);
    await transact([add('a', 1)], token);
    expect(await read('a')).toEqual(item('a', 2));
    await db.restart();
    await transact([add('a', 1)], token);
    expect(await read('a')).toEqual(item('a', 2));
    await expect(transact([add('a', 5)], token)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await db.clock.advanceTo(db.clock.nowMs() + 600_000);
    await transact([add('a', 1)], token);
    expect(await read('a')).toEqual(item('a', 3));
    await db.clock.advanceTo(db.clock.nowMs() + 1);
    await transact([put('other', 1)]);
    await transact([add('a', 1)], token);
    expect(await read('a')).toEqual(item('a', 3));
  });

  it('takes a failed transaction under the same token again', async () => {
    const token = `token-${turn}`;
    await expect(transact([add('a', 1)], token)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });
    await transact([put('a', 1)]);
    await transact([add('a', 1)], token);
    expect(await read('a')).toEqual(item('a', 2));
  });

  it('keeps index entries in step with items', async () => {
    const moment = (kind: string) => ({ id: { S: `m-${turn}` }, at: { N: '7' }, kind: { S: kind } });
    const ofKind = async (kind: string) =>
      (
        await db.client.send(
          new QueryCommand({
            TableName: 'moments',
            IndexName: 'by-kind',
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': { S: kind } },
          }),
        )
      ).Items;
    await transact([{ Put: { TableName: 'moments', Item: moment(`old-${turn}`) } }]);
    expect(await ofKind(`old-${turn}`)).toEqual([moment(`old-${turn}`)]);
    await transact([{ Put: { TableName: 'moments', Item: moment(`new-${turn}`) } }]);
    expect(await ofKind(`old-${turn}`)).toEqual([]);
    expect(await ofKind(`new-${turn}`)).toEqual([moment(`new-${turn}`)]);
  });

  it('takes 100 items and refuses 101, none and two on one item', async () => {
    const items = Array.from({ length: 101 }, (_, i) => put(`n${i}`, i));
    await transact(items.slice(0, 100));
    expect(await read('n99')).toEqual(item('n99', 99));
    await expect(transact(items)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(transact([])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(transact([put('x', 1), add('x', 1)])).rejects.toThrow('multiple operations on one item');
    expect(await read('x')).toBeUndefined();
  });

  it('refuses more than 4 MB', async () => {
    const big = Array.from({ length: 11 }, (_, i): TransactWriteItem => {
      return { Put: { TableName, Item: { ...key(`big${i}`), blob: { S: 'x'.repeat(400_000) } } } };
    });
    await expect(transact(big)).rejects.toThrow(/at most 4194304 bytes, was 44/);
    expect(await read('big0')).toBeUndefined();
    await transact(big.slice(0, 10));
    expect(await read('big9')).toBeDefined();
  });

  it('reports what is wrong with an item as a ValidationError reason', async () => {
    await transact([{ Put: { TableName, Item: { ...key('a'), balance: { S: 'text' } } } }]);
    await expect(transact([put('b', 1), add('a', 1)])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect(await read('b')).toBeUndefined();
  });

  it('names a table that does not exist', async () => {
    const missing = transact([{ Put: { TableName: 'nowhere', Item: key('a') } }]);
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('never loses an addition among concurrent transactions and plain updates', async () => {
    await transact([put('a', 0), put('b', 0)]);
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 2 === 0
          ? transact([add('a', 1), add('b', -1)])
          : db.client.send(
              new UpdateItemCommand({
                TableName,
                Key: key('a'),
                UpdateExpression: 'SET balance = balance + :one',
                ExpressionAttributeValues: { ':one': { N: '1' } },
              }),
            ),
      ),
    );
    expect(await read('a')).toEqual(item('a', 60));
    expect(await read('b')).toEqual(item('b', -30));
  });
});

describe('TransactGetItems', () => {
  it('reads several items, in order, absent ones empty, with projections', async () => {
    await transact([put('a', 1), put('b', 2)]);
    const answer = await db.client.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName, Key: key('b'), ProjectionExpression: 'balance' } },
          { Get: { TableName, Key: key('none') } },
          { Get: { TableName, Key: key('a') } },
        ],
      }),
    );
    expect(answer.Responses).toEqual([{ Item: { balance: { N: '2' } } }, {}, { Item: item('a', 1) }]);
  });

  it('never sees a transaction half done', async () => {
    await transact([put('a', 0), put('b', 0)]);
    const reads = Array.from({ length: 40 }, async (_, i) => {
      if (i % 2 === 0) await transact([add('a', 1), add('b', -1)]);
      const { Responses = [] } = await db.client.send(
        new TransactGetItemsCommand({
          TransactItems: ['a', 'b'].map((name) => ({ Get: { TableName, Key: key(name) } })),
        }),
      );
      return Responses.reduce((sum, { Item }) => sum + Number(Item?.['balance']?.N), 0);
    });
    expect(new Set(await Promise.all(reads))).toEqual(new Set([0]));
  });
});

describe('a failed condition of a single write', () => {
  it('returns the old item when asked, and not otherwise', async () => {
    await transact([put('a', 1)]);
    const input = { TableName, Item: item('a', 2), ConditionExpression: 'attribute_not_exists(id)' };
    const asked = db.client.send(
      new PutItemCommand({ ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    await expect(asked).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: item('a', 1),
    });
    const error = await db.client.send(new PutItemCommand(input)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(error).toHaveProperty('Item', undefined);
  });
});

describe('BatchWriteItem', () => {
  it('puts and deletes in one go', async () => {
    await transact([put('a', 1)]);
    await db.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: item('b', 2) } }, { DeleteRequest: { Key: key('a') } }],
        },
      }),
    );
    expect(await read('a')).toBeUndefined();
    expect(await read('b')).toEqual(item('b', 2));
  });
});
