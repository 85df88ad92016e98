import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createSqs } from '../../../local/sqs/sqs.ts';
import { startKillable } from './killable.ts';
import { clientSettings } from './service-server.ts';

interface Acknowledged {
  readonly sent: Set<string>;
  readonly deleted: Set<string>;
  /** Deletes that were asked for but not answered: either outcome is right. */
  readonly asked: Set<string>;
}

async function produce(client: SQSClient, QueueUrl: string, { sent }: Acknowledged): Promise<void> {
  for (;;) {
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: 'x'.repeat(1000) }));
    const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    for (const { MessageId } of Successful) sent.add(MessageId as string);
  }
}

async function consume(client: SQSClient, QueueUrl: string, { deleted, asked }: Acknowledged): Promise<void> {
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 5, WaitTimeSeconds: 1 }),
    );
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    if (Entries.length === 0) continue;
    for (const { MessageId } of Messages) asked.add(MessageId as string);
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    for (const { MessageId } of Messages) deleted.add(MessageId as string);
  }
}

/** What is on disk after the kill, whether visible or in flight. */
async function remaining(directory: string): Promise<string[]> {
  const clock = simulatedClock(Date.now() + 60_000);
  const options = {
    directory,
    endpoint: () => 'http://127.0.0.1:1',
    accountId: '111122223333',
    region: 'ap-south-1',
  };
  const sqs = createSqs({ ...options, clock });
  const ids = sqs
    .queue('jobs')
    .receive(1_000_000)
    .map(({ messageId }) => messageId);
  clock.close();
  await sqs.close();
  return ids;
}

it('keeps every acknowledged send and delete when killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sqs-kill-'));
  const acknowledged: Acknowledged = { sent: new Set(), deleted: new Set(), asked: new Set() };
  for (let round = 0; round < 3; round += 1) {
    const service = await startKillable(new URL('./sqs-process.ts', import.meta.url), directory);
    const client = new SQSClient({ ...clientSettings(service.endpoint), maxAttempts: 1 });
    const QueueUrl = `${service.endpoint}/111122223333/jobs`;
    const work = [produce, produce, consume].map((part) =>
      part(client, QueueUrl, acknowledged).catch(() => 'killed'),
    );
    await sleep(400 + round * 100);
    await service.kill();
    expect(await Promise.all(work)).toEqual(['killed', 'killed', 'killed']);
    client.destroy();
  }
  const ids = await remaining(directory);
  rmSync(directory, { recursive: true });

  const { sent, deleted, asked } = acknowledged;
  expect(sent.size).toBeGreaterThan(100);
  expect(deleted.size).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => deleted.has(id))).toEqual([]);
  const lost = [...sent].filter((id) => !deleted.has(id) && !asked.has(id) && !ids.includes(id));
  expect(lost).toEqual([]);
});
