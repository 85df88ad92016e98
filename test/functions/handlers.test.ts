import type { APIGatewayProxyEventV2, Context, SNSEvent, SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';

const NAMES = [
  ...['BATCHES_TABLE', 'DATASETS_TABLE', 'MODELS_TABLE', 'RECOMMENDATIONS_TABLE', 'ONLINE_WINDOW_TABLE'],
  ...['HEALTH_TABLE', 'ALERTS_TABLE', 'RISK_TABLE', 'LAKE_BUCKET', 'AUDIT_BUCKET', 'TO_ALERT_QUEUE'],
  ...['SHADOWS_TABLE', 'ALERT_TOPIC', 'SLACK_WEBHOOK_PARAMETER', 'GATE_PROFILE'],
];
const CONTEXT = {} as Context;

beforeAll(() => {
  process.env['AWS_REGION'] = 'ap-south-1';
  for (const name of NAMES) process.env[name] = name === 'GATE_PROFILE' ? 'demo' : 'somewhere';
});

const TASKS = {
  'outcome/resolve': () => import('../../functions/outcome/resolve.handler.ts'),
  'evaluate/verdict': () => import('../../functions/evaluate/verdict.handler.ts'),
  'drift/check': () => import('../../functions/drift/check.handler.ts'),
};

describe('tasks refuse what they do not understand, naming the field', () => {
  it.each([
    ['outcome/resolve', { exchange: 'NYSE' }, 'exchange'],
    ['outcome/resolve', { date: 'today' }, 'date'],
    ['evaluate/verdict', { exchange: 'NSE', target: 'tb15' }, 'version'],
    ['evaluate/verdict', { version: 'v' }, 'exchange'],
    ['drift/check', { from: 'yesterday' }, 'from'],
  ] as const)('%s %j', async (part, input, field) => {
    const { handler } = await TASKS[part]();
    await expect(handler(input, CONTEXT)).rejects.toMatchObject({ name: 'RejectedInput', field });
  });
});

describe('read/routes', () => {
  const get = async (routeKey: string, queryStringParameters = {}, pathParameters = {}) => {
    const { handler } = await import('../../functions/read/routes.handler.ts');
    const rawPath = routeKey.slice('GET '.length);
    const event = { routeKey, rawPath, queryStringParameters, pathParameters };
    return handler(event as unknown as APIGatewayProxyEventV2, CONTEXT);
  };

  it('answers a wrong parameter with a problem that names it', async () => {
    const answer = await get('GET /v1/recommendations', { limit: '-1' });
    expect(answer).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      type: 'urn:oi-loop:problem:RejectedInput',
      field: 'limit',
      instance: '/v1/recommendations',
    });
  });

  it('lets no query parameter stand in for one of the path', async () => {
    const answer = await get('GET /v1/models/{exchange}/live', { exchange: 'NSE' }, { exchange: 'NYSE' });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 400, field: 'exchange' });
  });

  it('serves its own document', async () => {
    const answer = await get('GET /v1/openapi.json');
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body ?? '').info.title).toBe('OI Loop');
  });

  it('does not know other routes', async () => {
    expect(await get('GET /v1/secrets')).toMatchObject({ statusCode: 404 });
  });
});

describe('alert/queue', () => {
  it('gives back what is no observation, message by message', async () => {
    const { handler } = await import('../../functions/alert/queue.handler.ts');
    const records = ['not JSON', '{"kind":"weather"}'].map((body, index) => ({
      messageId: `m${index}`,
      body,
    }));
    const answer = await handler({ Records: records } as unknown as SQSEvent, CONTEXT);
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['m0', 'm1']);
  });
});

describe('alert/slack', () => {
  it('has nothing to do without records', async () => {
    const { handler } = await import('../../functions/alert/slack.handler.ts');
    await expect(handler({ Records: [] } as SNSEvent, CONTEXT)).resolves.toBeUndefined();
  });
});
