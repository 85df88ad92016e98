import { SQSClient } from '@aws-sdk/client-sqs';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { sqsOrderedQueue } from '../../shared/adapters/sqs/ordered-queue.ts';
import { sqsQueueBacklog } from '../../shared/adapters/sqs/queue-backlog.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { chainGroups } from '../../shared/domain/features/chain-groups.ts';
import { jsonBody } from '../../shared/observability/body.ts';
import { httpRoute, json, refusedWhole } from '../../shared/observability/http.ts';
import { count } from '../../shared/observability/metrics.ts';
import { admission } from './admission.ts';
import { ingestSnapshots, isBackfill } from './ingest-snapshots.ts';

const env = readEnv(process.env, ['TO_BATCH_QUEUE', 'TO_FEATURE_QUEUE', 'BACKLOG_LIMIT']);
const sqs = new SQSClient();
const ingest = ingestSnapshots({
  toBatch: sqsMessageQueue(sqs, env.TO_BATCH_QUEUE),
  toFeature: sqsOrderedQueue(sqs, env.TO_FEATURE_QUEUE),
  groups: chainGroups(featureConfig().live),
  clock: systemClock,
});

const admit = admission({
  backlog: sqsQueueBacklog(sqs, env.TO_BATCH_QUEUE),
  limit: Number(env.BACKLOG_LIMIT),
  monotonicMs: () => performance.now(),
});

export const handler = httpRoute(
  async (event) => {
    const backfill = isBackfill(event.queryStringParameters?.['backfill']);
    await admit(backfill);
    const answer = await ingest(jsonBody(event), backfill);
    count({ accepted: answer.accepted, rejected: answer.rejected.length });
    const [first] = answer.rejected;
    if (answer.accepted > 0 || first === undefined) return json(202, answer);
    return refusedWhole(`snapshot ${first.index}: ${first.reason}`, event.rawPath, answer);
  },
  ['backfill'],
);
