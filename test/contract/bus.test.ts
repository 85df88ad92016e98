import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snsBus } from '../../shared/adapters/sns/bus.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

/** A topic with one reader of everything, and one of NSE. */
function open() {
  const { sns, sqs } = cloud.services;
  const [all, some] = [cloud.queue(), cloud.queue()];
  const arnOf = (url: string) => sqs.queue(url.split('/').at(-1) as string).arn;
  const topicArn = sns.createTopic({ name: `bus-${all.split('/').at(-1)}` }).arn;
  const subscription = { topicArn, protocol: 'sqs', rawMessageDelivery: true };
  sns.subscribe({ ...subscription, endpoint: arnOf(all) });
  sns.subscribe({ ...subscription, endpoint: arnOf(some), filterPolicy: { exchange: ['NSE'] } });
  const heard = async (url: string) => {
    await cloud.clock.advanceTo(cloud.clock.nowMs());
    return (cloud.drain(url) as { n: number }[]).map(({ n }) => n).sort((a, b) => a - b);
  };
  return { bus: snsBus(cloud.sns, topicArn), all: () => heard(all), some: () => heard(some) };
}

const message = (n: number, exchange: string, padding = 0) => ({
  body: JSON.stringify({ n, padding: 'x'.repeat(padding) }),
  attributes: { kind: 'recommendation', exchange },
});

describe('Bus on SNS', () => {
  it('carries every message as it is to every reader that wants it, more than one batch of them', async () => {
    const { bus, all, some } = open();
    await bus.publishAll(Array.from({ length: 23 }, (_, n) => message(n, n % 2 === 0 ? 'NSE' : 'BSE')));
    expect(await all()).toEqual(Array.from({ length: 23 }, (_, n) => n));
    expect(await some()).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
  });

  it('keeps batches below what SNS takes at once', async () => {
    const { bus, all } = open();
    await bus.publishAll(Array.from({ length: 9 }, (_, n) => message(n, 'NSE', 80_000)));
    expect(await all()).toHaveLength(9);
  });

  it('has nothing to do without messages', async () => {
    const { bus, all } = open();
    await bus.publishAll([]);
    expect(await all()).toEqual([]);
  });

  it('fails when one of them is refused', async () => {
    const { bus } = open();
    const refused = { body: '{}', attributes: { exchange: '' } };
    await expect(bus.publishAll([message(1, 'NSE'), refused])).rejects.toMatchObject({ name: 'Temporary' });
  });

  it('says NotFound for a topic that is not there', async () => {
    const gone = snsBus(cloud.sns, 'arn:aws:sns:ap-south-1:111122223333:gone');
    await expect(gone.publishAll([message(1, 'NSE')])).rejects.toMatchObject({ name: 'NotFound' });
  });
});
