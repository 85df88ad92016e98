import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DynamoDBClient,
  paginateQuery,
  paginateScan,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { startKillable } from '../sqs/killable.ts';
import { clientSettings } from '../sqs/service-server.ts';

const SCRIPT = new URL('./dynamodb-process.ts', import.meta.url);
const MEMBERS = 5;

/** Writes transactions of several indexed items each and one counter, until the service is gone. */
async function write(client: DynamoDBClient, writer: string, acknowledged: Set<string>): Promise<void> {
  for (let number = 0; ; number += 1) {
    const transaction = `${writer}-${number}`;
    const members = Array.from({ length: MEMBERS }, (_, at) => ({
      Put: {
        TableName: 'moments',
        Item: { id: { S: transaction }, at: { N: String(at) }, kind: { S: 'k' } },
      },
    }));
    const counter = {
      Update: {
        TableName: 'accounts',
        Key: { id: { S: writer } },
        UpdateExpression: 'ADD transactions :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [...members, counter] }));
    acknowledged.add(transaction);
  }
}

/** Items per transaction, as the table or its index has them. */
function perTransaction(ids: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(String(id), (counts.get(String(id)) ?? 0) + 1);
  return counts;
}

async function contents(client: DynamoDBClient) {
  const table: (string | undefined)[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'moments' })) {
    table.push(...(page.Items ?? []).map(({ id }) => id?.S));
  }
  const index: (string | undefined)[] = [];
  const query = {
    TableName: 'moments',
    IndexName: 'by-kind',
    KeyConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': { S: 'k' } },
  };
  for await (const page of paginateQuery({ client }, query))
    index.push(...(page.Items ?? []).map(({ id }) => id?.S));
  let counted = 0;
  for await (const page of paginateScan({ client }, { TableName: 'accounts' })) {
    for (const item of page.Items ?? []) counted += Number(item['transactions']?.N);
  }
  return { table: perTransaction(table), index: perTransaction(index), counted };
}

it('leaves every transaction whole or absent when killed, and every acknowledged one whole', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'dynamodb-kill-'));
  const acknowledged = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const service = await startKillable(SCRIPT, directory);
    const client = new DynamoDBClient({ ...clientSettings(service.endpoint), maxAttempts: 1 });
    const writers = ['a', 'b', 'c'].map((name) =>
      write(client, `${name}${round}`, acknowledged).catch(() => 'killed'),
    );
    await sleep(400 + round * 130);
    await service.kill();
    expect(await Promise.all(writers)).toEqual(['killed', 'killed', 'killed']);
    client.destroy();
  }
  const service = await startKillable(SCRIPT, directory);
  const client = new DynamoDBClient(clientSettings(service.endpoint));
  const { table, index, counted } = await contents(client);
  client.destroy();
  await service.kill();
  rmSync(directory, { recursive: true });

  expect(acknowledged.size).toBeGreaterThan(20);
  expect(new Set(table.values())).toEqual(new Set([MEMBERS]));
  expect(index).toEqual(table);
  expect(counted).toBe(table.size);
  expect([...acknowledged].filter((transaction) => !table.has(transaction))).toEqual([]);
});
