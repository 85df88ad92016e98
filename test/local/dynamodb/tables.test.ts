import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListBackupsCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNTS, DynamoDbFixture, MOMENTS, START_MS } from './dynamodb-fixture.ts';

let db: DynamoDbFixture;

beforeEach(async () => {
  db = await DynamoDbFixture.start();
});
afterEach(() => db.stop());

const describeTable = async (TableName: string) =>
  (await db.client.send(new DescribeTableCommand({ TableName }))).Table;

describe('createTable', () => {
  it('is ACTIVE when it resolves, by the clock, under the given account and region', async () => {
    expect(await describeTable('moments')).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:ap-south-1:111122223333:table/moments',
      CreationDateTime: new Date(START_MS),
      GlobalSecondaryIndexes: [{ IndexName: 'by-kind', IndexStatus: 'ACTIVE' }],
    });
  });

  it('keeps a table that is as it should be, also after a restart', async () => {
    await db.client.send(new PutItemCommand({ TableName: 'accounts', Item: { id: { S: 'a' } } }));
    await db.restart();
    await db.service.createTable({ ...ACCOUNTS });
    await db.service.createTable({
      ...MOMENTS,
      AttributeDefinitions: [...MOMENTS.AttributeDefinitions].reverse(),
    });
    const { Item } = await db.client.send(
      new GetItemCommand({ TableName: 'accounts', Key: { id: { S: 'a' } } }),
    );
    expect(Item).toEqual({ id: { S: 'a' } });
  });

  it('refuses other keys for a table that exists, and says what differs', async () => {
    const other = {
      ...ACCOUNTS,
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
    };
    await expect(db.service.createTable(other)).rejects.toThrow(
      /table accounts, keys .*: expected .*HASH name S.*was .*HASH id S/,
    );
  });

  it('fills an index that is new, empties one that is gone, and keeps the items', async () => {
    for (const [id, kind, score] of [
      ['a', 'x', '1'],
      ['b', 'y', '2'],
    ] as const) {
      const Item = { id: { S: id }, at: { N: '1' }, kind: { S: kind }, score: { N: score } };
      await db.client.send(new PutItemCommand({ TableName: 'moments', Item }));
    }
    const Item = { id: { S: 'c' }, at: { N: '1' }, kind: { S: 'x' }, score: { S: 'no number' } };
    await db.client.send(new PutItemCommand({ TableName: 'moments', Item }));
    const before = await describeTable('moments');
    await db.service.createTable({
      ...MOMENTS,
      AttributeDefinitions: [
        ...MOMENTS.AttributeDefinitions.slice(0, 2),
        { AttributeName: 'score', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-score',
          KeySchema: [{ AttributeName: 'score', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const inIndex = async (IndexName: string) =>
      (await db.client.send(new ScanCommand({ TableName: 'moments', IndexName }))).Items;
    const byId = (await inIndex('by-score'))?.sort((x, y) =>
      String(x['id']?.S).localeCompare(String(y['id']?.S)),
    );
    expect(byId).toEqual([
      { id: { S: 'a' }, at: { N: '1' }, score: { N: '1' } },
      { id: { S: 'b' }, at: { N: '1' }, score: { N: '2' } },
    ]);
    await expect(inIndex('by-kind')).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await db.client.send(new ScanCommand({ TableName: 'moments' }))).Items).toHaveLength(3);
    const { TableId, CreationDateTime, TableStatus } = (await describeTable('moments')) ?? {};
    expect({ TableId, CreationDateTime, TableStatus }).toEqual({
      TableId: before?.TableId,
      CreationDateTime: before?.CreationDateTime,
      TableStatus: 'ACTIVE',
    });
  });

  it('refuses a stream, which nothing here would fill', async () => {
    const streaming = new CreateTableCommand({
      TableName: 'streaming',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    await expect(db.client.send(streaming)).rejects.toThrow('StreamSpecification');
  });

  it('refuses over the wire what exists', async () => {
    const again = new CreateTableCommand({
      TableName: 'accounts',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    });
    await expect(db.client.send(again)).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });
});

describe('tags', () => {
  it('are kept with the table', async () => {
    const ResourceArn = (await describeTable('accounts'))?.TableArn;
    await db.client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'k', Value: 'v' }] }));
    await db.restart();
    const { Tags } = await db.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(Tags).toEqual([{ Key: 'k', Value: 'v' }]);
  });
});

describe('DeleteTable', () => {
  it('removes the table with its items, and nothing of a table with a similar name', async () => {
    await db.service.createTable({ ...ACCOUNTS, name: 'accounts-2' });
    for (const TableName of ['accounts', 'accounts-2']) {
      await db.client.send(new PutItemCommand({ TableName, Item: { id: { S: 'a' } } }));
    }
    await db.client.send(new DeleteTableCommand({ TableName: 'accounts' }));
    await expect(describeTable('accounts')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await db.client.send(new ListTablesCommand({}))).TableNames).toEqual(['accounts-2', 'moments']);
    await db.service.createTable(ACCOUNTS);
    expect((await db.client.send(new ScanCommand({ TableName: 'accounts' }))).Items).toEqual([]);
    expect((await db.client.send(new ScanCommand({ TableName: 'accounts-2' }))).Items).toHaveLength(1);
  });
});

describe('what the service answers besides items', () => {
  it('describes backups as there are none', async () => {
    const answer = await db.client.send(new DescribeContinuousBackupsCommand({ TableName: 'accounts' }));
    expect(answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'DISABLED',
    });
  });

  it('names an operation that it does not have', async () => {
    await expect(db.client.send(new ListBackupsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('DynamoDB_20120810.ListBackups'),
    });
  });

  it('answers a truncated body with the protocol error', async () => {
    const response = await fetch(db.server.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      body: '{"TableName":',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      __type: expect.stringContaining('SerializationException'),
    });
  });

  it('pages a query in key order, numbers as numbers', async () => {
    for (const at of [10, 9, -1, 100]) {
      const Item = { id: { S: 'a' }, at: { N: String(at) } };
      await db.client.send(new PutItemCommand({ TableName: 'moments', Item }));
    }
    const query = {
      TableName: 'moments',
      KeyConditionExpression: 'id = :id AND #at BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':id': { S: 'a' }, ':from': { N: '-5' }, ':to': { N: '50' } },
      Limit: 2,
    };
    const first = await db.client.send(new QueryCommand(query));
    expect(first.Items?.map(({ at }) => at?.N)).toEqual(['-1', '9']);
    const ExclusiveStartKey = first.LastEvaluatedKey;
    const second = await db.client.send(new QueryCommand({ ...query, ExclusiveStartKey }));
    expect(second.Items?.map(({ at }) => at?.N)).toEqual(['10']);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });
});
