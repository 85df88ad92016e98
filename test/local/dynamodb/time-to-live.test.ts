import {
  BatchWriteItemCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DynamoDbFixture } from './dynamodb-fixture.ts';

let db: DynamoDbFixture;

beforeEach(async () => {
  db = await DynamoDbFixture.start();
});
afterEach(() => db.stop());

const inMinutes = (minutes: number) => db.clock.advanceTo(db.clock.nowMs() + minutes * 60_000);
const dueIn = (minutes: number) => ({ N: String(db.clock.nowMs() / 1000 + minutes * 60) });
const put = (id: string, more: object = {}) =>
  db.client.send(
    new PutItemCommand({
      TableName: 'moments',
      Item: { id: { S: id }, at: { N: '1' }, kind: { S: 'k' }, ...more },
    }),
  );
const exists = async (id: string) => {
  const Key = { id: { S: id }, at: { N: '1' } };
  return (await db.client.send(new GetItemCommand({ TableName: 'moments', Key }))).Item !== undefined;
};
const inIndex = async () =>
  (
    await db.client.send(
      new QueryCommand({
        TableName: 'moments',
        IndexName: 'by-kind',
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': { S: 'k' } },
      }),
    )
  ).Items?.map(({ id }) => id?.S);

describe('time to live', () => {
  it('deletes items, and their index entries, when the clock reaches it', async () => {
    await put('short', { expires: dueIn(5) });
    await put('long', { expires: dueIn(60) });
    await put('ever');
    await inMinutes(4);
    expect(await exists('short')).toBe(true);
    await inMinutes(1);
    expect(await exists('short')).toBe(false);
    expect(await inIndex()).toEqual(['ever', 'long']);
    await inMinutes(55);
    expect(await inIndex()).toEqual(['ever']);
  });

  it('goes by the item as it is, not as it was', async () => {
    await put('extended', { expires: dueIn(5) });
    await put('kept', { expires: dueIn(5) });
    await put('extended', { expires: dueIn(10) });
    await put('kept');
    await inMinutes(9);
    expect(await exists('extended')).toBe(true);
    await inMinutes(1);
    expect(await exists('extended')).toBe(false);
    expect(await exists('kept')).toBe(true);
  });

  it('ignores values that are no time', async () => {
    await put('text', { expires: { S: '5' } });
    await put('negative', { expires: { N: '-5' } });
    await inMinutes(60);
    expect(await exists('text')).toBe(true);
    expect(await exists('negative')).toBe(true);
  });

  it('goes on after a restart', async () => {
    await put('short', { expires: dueIn(5) });
    await db.restart();
    await inMinutes(5);
    expect(await exists('short')).toBe(false);
  });

  it('is turned off and on by UpdateTimeToLive, which takes the items that are there into account', async () => {
    const update = (Enabled: boolean) =>
      db.client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'moments',
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled },
        }),
      );
    const status = async () =>
      (await db.client.send(new DescribeTimeToLiveCommand({ TableName: 'moments' }))).TimeToLiveDescription;
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    await put('short', { expires: dueIn(5) });
    await update(false);
    expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await inMinutes(10);
    expect(await exists('short')).toBe(true);
    await update(true);
    await inMinutes(1);
    expect(await exists('short')).toBe(false);
    await expect(update(true)).rejects.toThrow('TimeToLive is already enabled');
  });

  it('sweeps more items than one round takes', async () => {
    for (let batch = 0; batch < 44; batch += 1) {
      const requests = Array.from({ length: 25 }, (_, i) => ({
        PutRequest: {
          Item: { id: { S: `n${batch}-${i}` }, at: { N: '1' }, kind: { S: 'k' }, expires: dueIn(1) },
        },
      }));
      await db.client.send(new BatchWriteItemCommand({ RequestItems: { moments: requests } }));
    }
    expect(await inIndex()).toHaveLength(1100);
    await inMinutes(1);
    expect(await inIndex()).toEqual([]);
  });
});
