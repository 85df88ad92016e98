import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { sqsQueueBacklog } from '../../shared/adapters/sqs/queue-backlog.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

describe('QueueBacklog on SQS', () => {
  it('counts what nobody has taken yet', async () => {
    const url = cloud.queue();
    const backlog = sqsQueueBacklog(cloud.sqs, url);
    expect(await backlog.waiting()).toBe(0);
    await sqsMessageQueue(cloud.sqs, url).sendAll(Array.from({ length: 23 }, (_, at) => at));
    expect(await backlog.waiting()).toBe(23);
    cloud.services.sqs.queue(url.split('/').at(-1)!).receive(10);
    expect(await backlog.waiting()).toBe(13);
  });

  it('says NotFound for a queue that is not there', async () => {
    const gone = sqsQueueBacklog(cloud.sqs, `${cloud.queue()}-gone`);
    await expect(gone.waiting()).rejects.toMatchObject({ name: 'NotFound' });
  });
});
