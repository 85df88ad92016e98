import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { readEnv } from '../../shared/config/env.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { type ShadowRequest, shadowRequestSchema } from '../../shared/domain/scoring/shadow-request.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { bundles } from './bundles.ts';
import { regimeTracker } from './regime-tracker.ts';
import { answerBeside } from './shadow-answers.ts';

const env = readEnv(process.env, ['ONLINE_WINDOW_TABLE', 'SHADOWS_TABLE', 'LAKE_BUCKET']);
const dynamo = new DynamoDBClient();
const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
const answer = answerBeside({
  shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
  openBundle: bundles({
    readFiles: bundleFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET)),
    load: (files) => loadBundle(files, openSession),
  }),
  regime: regimeTracker(window, qualityPolicy().blocking),
  window,
  policy: riskPolicy(),
  patienceMs: 5000,
  onFault: ({ live, version, fault }) => {
    count({ shadow_faults: 1 });
    logger.warn('challenger did not answer', { id: live.id, version, fault });
  },
});

/** In the order of their moments, since the regime steps once a row. */
export const handler = queueConsumer<ShadowRequest>(async (messages) => {
  const failed: string[] = [];
  const inOrder = [...messages].sort((a, b) => (a.body.row.timestamp < b.body.row.timestamp ? -1 : 1));
  for (const { id, body } of inOrder) {
    try {
      await answer(body);
    } catch (error) {
      logger.error('challenger not asked', { id: body.live.id, error: error as Error });
      failed.push(id);
    }
  }
  return failed;
}, shadowRequestSchema);
