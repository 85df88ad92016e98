import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { bundles } from './bundles.ts';
import { livePointers } from './live-model.ts';
import { recordAnswer } from './record-answer.ts';
import { regimeTracker } from './regime-tracker.ts';
import { scoreFeatures } from './score-features.ts';
import { scoreRow } from './score-row.ts';
import { offerShadow } from './shadow-offer.ts';

const env = readEnv(process.env, [
  'ONLINE_WINDOW_TABLE',
  'MODELS_TABLE',
  'RISK_TABLE',
  'RECOMMENDATIONS_TABLE',
  'LAKE_BUCKET',
  'SHADOWS_TABLE',
  'TO_AUDIT_QUEUE',
  'TO_SHADOW_QUEUE',
]);
const dynamo = new DynamoDBClient();
const sqs = new SQSClient();
const stopwatchMs = () => performance.now();
const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
const model = {
  livePointer: livePointers(dynamoModelRegistry(dynamo, env.MODELS_TABLE), stopwatchMs),
  openBundle: bundles({
    readFiles: bundleFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET)),
    load: (files) => loadBundle(files, openSession),
  }),
};
const score = scoreFeatures({
  ...model,
  window,
  regime: regimeTracker(window, qualityPolicy().blocking),
  risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
  liveSets: featureConfig().live,
  trainingSet: featureConfig().training,
  rules: exchangesRules(),
  execution: optionPolicy(),
  policy: riskPolicy(),
  clock: systemClock,
  stopwatchMs,
  onModelFault: (error) => logger.error('live bundle cannot be used', { error }),
});
const answer = scoreRow({
  score,
  record: recordAnswer({
    store: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
    toAudit: sqsMessageQueue(sqs, env.TO_AUDIT_QUEUE),
    offer: offerShadow({
      shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
      toShadow: sqsMessageQueue(sqs, env.TO_SHADOW_QUEUE),
      stopwatchMs,
      onFault: (error) => {
        count({ shadow_not_offered: 1 });
        logger.warn('answer not offered to the challenger', { reason: error.message });
      },
    }),
  }),
  window,
  target: PRODUCTION_TARGET,
});

/** Each new moment is scored by itself; those of one session in their order, since the regime steps once a row. */
export const handler = queueConsumer<ScoreRequest>(async (messages) => {
  const failed: string[] = [];
  const inOrder = [...messages].sort((a, b) => (a.body.timestamp < b.body.timestamp ? -1 : 1));
  for (const { id, body } of inOrder) {
    try {
      if ((await answer(body)) === undefined) logger.info('no row of the live set to score', { ...body });
    } catch (error) {
      logger.error('row not scored', { ...body, error: error as Error });
      failed.push(id);
    }
  }
  return failed;
});
