import { SQSClient } from '@aws-sdk/client-sqs';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { jsonBody } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { count } from '../../shared/observability/metrics.ts';
import { ingestSnapshots } from './ingest-snapshots.ts';

const env = readEnv(process.env, ['TO_BATCH_QUEUE', 'TO_FEATURE_QUEUE']);
const sqs = new SQSClient();
const ingest = ingestSnapshots({
  toBatch: sqsMessageQueue(sqs, env.TO_BATCH_QUEUE),
  toFeature: sqsMessageQueue(sqs, env.TO_FEATURE_QUEUE),
  clock: systemClock,
});

export const handler = httpRoute(async (event) => {
  const answer = await ingest(jsonBody(event), event.queryStringParameters?.['backfill'] === 'true');
  count({ accepted: answer.accepted, rejected: answer.rejected.length });
  return json(answer.accepted > 0 || answer.rejected.length === 0 ? 202 : 422, answer);
});
