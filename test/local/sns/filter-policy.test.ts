import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filterPolicy, passes } from '../../../local/sns/filter-policy.ts';
import { QUEUE_ARN, SnsFixture } from './sns-fixture.ts';

const text = (Value: string) => ({ Type: 'String', Value });
const list = (...values: readonly string[]) => ({ Type: 'String.Array', Value: JSON.stringify(values) });
const lets = (policy: object, attributes: Readonly<Record<string, { Type: string; Value: string }>>) =>
  passes(filterPolicy(policy, 'test')!, attributes);

describe('a filter policy', () => {
  it.each([
    ['a text of the list', { exchange: ['NSE', 'BSE'] }, { exchange: text('BSE') }, true],
    ['another text', { exchange: ['NSE'] }, { exchange: text('BSE') }, false],
    ['no attribute', { exchange: ['NSE'] }, {}, false],
    ['any of a list of texts', { exchange: ['NSE'] }, { exchange: list('BSE', 'NSE') }, true],
    ['all named attributes', { exchange: ['NSE'], action: ['BUY'] }, { exchange: text('NSE') }, false],
    ['anything but', { action: [{ 'anything-but': 'HOLD' }] }, { action: text('BUY') }, true],
    ['anything but that', { action: [{ 'anything-but': ['HOLD'] }] }, { action: text('HOLD') }, false],
    ['anything but, of nothing', { action: [{ 'anything-but': ['HOLD'] }] }, {}, false],
    ['a prefix', { exchange: [{ prefix: 'NSE' }] }, { exchange: text('NSE_MONTHLY') }, true],
    ['another prefix', { exchange: [{ prefix: 'NSE' }] }, { exchange: text('BSE') }, false],
    ['what is there', { status: [{ exists: true }] }, { status: text('closed') }, true],
    ['what is not there', { status: [{ exists: false }] }, {}, true],
    ['one of two conditions', { status: [{ exists: false }, 'closed'] }, { status: text('closed') }, true],
    ['binary values never', { exchange: ['NSE'] }, { exchange: { Type: 'Binary', Value: 'NSE' } }, false],
  ])('by %s', (_what, policy, attributes, expected) => {
    expect(lets(policy, attributes as never)).toBe(expected);
  });

  it('is none where none is given, and refused by name where it has no local behaviour', () => {
    expect(filterPolicy(undefined, 'test')).toBeNull();
    for (const policy of [{ lots: [{ numeric: ['>', 2] }] }, { exchange: [] }, { exchange: 'NSE' }]) {
      expect(() => filterPolicy(policy, 'subscription to bus')).toThrow(/subscription to bus, FilterPolicy/);
    }
  });
});

describe('subscriptions with a filter', () => {
  let sns: SnsFixture;
  let TopicArn: string;
  beforeEach(async () => {
    sns = await SnsFixture.start();
    TopicArn = sns.service.createTopic({ name: 'bus' }).arn;
  });
  afterEach(() => sns.stop());

  it('get only what their filter lets through, over restarts', async () => {
    const definition = { topicArn: TopicArn, protocol: 'sqs', endpoint: QUEUE_ARN };
    sns.service.subscribe({ ...definition, filterPolicy: { exchange: ['NSE', 'BSE'], action: ['BUY'] } });
    await sns.restart();
    const attributes = (exchange: string, action: string) => ({
      exchange: { Type: 'String', Value: exchange },
      action: { Type: 'String', Value: action },
    });
    sns.service.publish(TopicArn, { message: 'a', attributes: attributes('NSE', 'BUY') });
    sns.service.publish(TopicArn, { message: 'b', attributes: attributes('NSE', 'HOLD') });
    sns.service.publish(TopicArn, { message: 'c', attributes: attributes('BFO', 'BUY') });
    sns.service.publish(TopicArn, { message: 'd' });
    await sns.settle();
    expect(sns.delivered.map(({ payload }) => JSON.parse(payload.body).Message)).toEqual(['a']);
    sns.service.subscribe(definition);
    sns.service.publish(TopicArn, { message: 'e' });
    await sns.settle();
    expect(sns.delivered).toHaveLength(2);
  });
});
