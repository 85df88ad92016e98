import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snsTopic } from '../../shared/adapters/sns/topic.ts';
import { ssmParameterStore } from '../../shared/adapters/ssm/parameter-store.ts';
import type { Topic } from '../../shared/ports/topic.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

/** What a subscribed queue hears of one message. */
async function heard(message: Parameters<Topic['publish']>[0]) {
  const { sns, sqs } = cloud.services;
  const queueUrl = cloud.queue();
  const queueName = queueUrl.split('/').at(-1) as string;
  const topicArn = sns.createTopic({ name: `topic-${queueName}` }).arn;
  sns.subscribe({ topicArn, protocol: 'sqs', endpoint: sqs.queue(queueName).arn });
  await snsTopic(cloud.sns, topicArn).publish(message);
  await cloud.clock.advanceTo(cloud.clock.nowMs());
  return cloud.drain(queueUrl) as { Subject?: string; Message: string; MessageAttributes?: unknown }[];
}

describe('Topic on SNS', () => {
  it('carries body and attributes', async () => {
    const [message] = await heard({ body: 'Drawdown −3 %', attributes: { rule: 'drawdown-limit' } });
    expect(message?.Message).toBe('Drawdown −3 %');
    expect(message?.Subject).toBeUndefined();
    expect(message?.MessageAttributes).toEqual({ rule: { Type: 'String', Value: 'drawdown-limit' } });
  });

  it.each([
    ['NSE: drift in 7 of 78 features', 'NSE: drift in 7 of 78 features'],
    ['⚠ NSE – drift\n in 7', 'NSE drift in 7'],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('makes the subject %j one that SNS takes', async (subject, sent) => {
    expect((await heard({ subject, body: 'body' }))[0]?.Subject).toBe(sent);
  });

  it('leaves out a subject of which nothing is left', async () => {
    expect((await heard({ subject: ' ₹\n', body: 'body' }))[0]).not.toHaveProperty('Subject');
  });

  it('says NotFound for a topic that is not there', async () => {
    const gone = snsTopic(cloud.sns, 'arn:aws:sns:ap-south-1:111122223333:gone');
    await expect(gone.publish({ body: 'x' })).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('ParameterStore on SSM', () => {
  it('gives the value of a secret', async () => {
    cloud.services.ssm.putParameter({
      name: '/oi/slack',
      value: 'https://hooks.example/1',
      type: 'SecureString',
    });
    expect(await ssmParameterStore(cloud.ssm).parameter('/oi/slack')).toBe('https://hooks.example/1');
  });

  it('says NotFound with the name', async () => {
    await expect(ssmParameterStore(cloud.ssm).parameter('/oi/none')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('/oi/none'),
    });
  });
});
