import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
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
import { jsonBody } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { bundles } from './bundles.ts';
import { livePointers } from './live-model.ts';
import { recordAnswer } from './record-answer.ts';
import { regimeTracker } from './regime-tracker.ts';
import { scoreFeatures } from './score-features.ts';
import { scoreRequest } from './score-request.ts';
import { offerShadow } from './shadow-offer.ts';
import { snapshotRow } from './snapshot-row.ts';

const env = readEnv(process.env, [
  'ONLINE_WINDOW_TABLE',
  'MODELS_TABLE',
  'RISK_TABLE',
  'RECOMMENDATIONS_TABLE',
  'LAKE_BUCKET',
  'SHADOWS_TABLE',
  'TO_AUDIT_QUEUE',
  'TO_SHADOW_QUEUE',
  'TO_BATCH_QUEUE',
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
const { live: liveSets, training: trainingSet } = featureConfig();
const rules = exchangesRules();
const answer = scoreRequest({
  ...model,
  window,
  clock: systemClock,
  snapshotRow: snapshotRow({
    window,
    inputs: liveInputs({ window, summaries: dynamoDaySummaries(dynamo, env.ONLINE_WINDOW_TABLE) }),
    toBatch: sqsMessageQueue(sqs, env.TO_BATCH_QUEUE),
    liveSets,
    rules,
    quality: qualityPolicy(),
  }),
  score: scoreFeatures({
    ...model,
    window,
    liveSets,
    trainingSet,
    rules,
    clock: systemClock,
    regime: regimeTracker(window, qualityPolicy().blocking),
    risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
    execution: optionPolicy(),
    policy: riskPolicy(),
    stopwatchMs,
    onModelFault: (error) => logger.error('live bundle cannot be used', { error }),
  }),
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
});

export const handler = httpRoute(async (event) => json(200, await answer(jsonBody(event))));
