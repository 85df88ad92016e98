import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSnapshot } from '../../factories/snapshot.ts';

const LIMIT = 2;
let cloud: EmbeddedCloud;
let queue: string;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  queue = cloud.queue();
  vi.stubEnv('AWS_REGION', 'ap-south-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', `${new URL(queue).origin}/aws/sqs`);
  vi.stubEnv('TO_BATCH_QUEUE', queue);
  vi.stubEnv('TO_FEATURE_QUEUE', cloud.orderedQueue());
  vi.stubEnv('BACKLOG_LIMIT', String(LIMIT));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
});

async function post(body: unknown, backfill: boolean) {
  const { handler } = await import('../../../functions/ingest/snapshots.handler.ts');
  const queryStringParameters = backfill ? { backfill: 'true' } : {};
  const event = { rawPath: '/v1/snapshots', headers: {}, body: JSON.stringify(body), queryStringParameters };
  return handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
}
const minutes = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    aSnapshot({ timestamp: new Date(START_MS - at * 60_000).toISOString() }),
  );

it('accepts a backfill until too much waits, then answers 429 until there is room', async () => {
  const nowMs = vi.spyOn(performance, 'now').mockReturnValue(0);
  expect((await post(minutes(LIMIT + 1), true)).statusCode).toBe(202);
  nowMs.mockReturnValue(6000);
  const refused = await post(minutes(1), true);
  expect(refused).toMatchObject({
    statusCode: 429,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
  });
  expect(JSON.parse(refused.body!)).toMatchObject({
    type: 'urn:oi-loop:problem:Throttled',
    detail: expect.stringMatching(
      /at most 2 snapshots waiting to be written, was 3; nothing of this request/,
    ),
  });
  expect(cloud.drain(queue)).toHaveLength(LIMIT + 1);
  nowMs.mockReturnValue(12_000);
  expect((await post(minutes(1), true)).statusCode).toBe(202);
});
