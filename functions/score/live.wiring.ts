import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadBundle } from '../../models/candidate/load.ts';
import { LEAN, lean } from '../../shared/adapters/aws/lean-client.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { opensslSha256 } from '../../shared/adapters/openssl/sha256.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { endpointBackends } from '../../shared/adapters/sagemaker/endpoint-backends.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { backendPolicy } from '../../shared/config/backends.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { accountNow } from './account-now.ts';
import { answerQuestion } from './answer-question.ts';
import { bundles } from './bundles.ts';
import { hintAudit } from './hint-audit.ts';
import { livePointers } from './live-model.ts';
import { modelService } from './model-service.ts';
import { recentRows } from './recent-rows.ts';
import { recordAnswer } from './record-answer.ts';
import { regimeTracker } from './regime-tracker.ts';
import { offerShadow } from './shadow-offer.ts';
import { warmLive } from './warm-live.ts';

/** What `liveScoring` wants to be told. */
export const LIVE_SCORING = [
  'ONLINE_WINDOW_TABLE',
  'MODELS_TABLE',
  'RISK_TABLE',
  'RECOMMENDATIONS_TABLE',
  'LAKE_BUCKET',
  'SHADOWS_TABLE',
  'TO_AUDIT_QUEUE',
  'TO_SHADOW_QUEUE',
] as const;

/** Live scoring as every handler that answers has it: the model service, what answers and what records. */
export function liveScoring(env: Readonly<Record<(typeof LIVE_SCORING)[number], string>>) {
  const dynamo = lean(new DynamoDBClient(LEAN));
  const sqs = new SQSClient();
  const stopwatchMs = () => performance.now();
  const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
  const { live: liveSets, training: trainingSet } = featureConfig();
  const live = {
    livePointer: livePointers(dynamoModelRegistry(dynamo, env.MODELS_TABLE), stopwatchMs),
    openBundle: bundles({
      readFiles: bundleFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET)),
      load: (files) => loadBundle(files, openSession),
    }),
  };
  void warmLive({
    ...live,
    exchanges: EXCHANGES,
    target: PRODUCTION_TARGET,
    onFault: (error) => logger.warn('live bundle not opened at the start', { reason: error.message }),
  });
  const models = modelService({
    ...live,
    backends: {
      endpointBackend: endpointBackends(backendPolicy()),
      onBackendFault: ({ fault, message }, version) => {
        count({ [`backend_${fault}`]: 1, backend_faults: 1 });
        logger.warn('endpoint did not answer, the bundle in process did', {
          version,
          fault,
          reason: message,
        });
      },
    },
    regime: regimeTracker(
      window,
      qualityPolicy().blocking,
      recentRows({ window, clock: systemClock, stopwatchMs }),
    ),
    liveSets,
    trainingSet,
    onModelFault: (error) => logger.error('live bundle cannot be used', { error }),
  });
  const score = answerQuestion({
    models,
    window,
    account: accountNow(dynamoRiskStore(dynamo, env.RISK_TABLE), riskPolicy()),
    rules: exchangesRules(),
    execution: optionPolicy(),
    policy: riskPolicy(),
    clock: systemClock,
    stopwatchMs,
    sha256: opensslSha256,
  });
  const record = recordAnswer({
    store: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
    hint: hintAudit({
      toAudit: sqsMessageQueue(sqs, env.TO_AUDIT_QUEUE),
      stopwatchMs,
      onUnsent: (error) => {
        count({ audit_hint_unsent: 1 });
        logger.warn('audit stage not told of an answer; the sweep will', { reason: error.message });
      },
    }),
    offer: offerShadow({
      shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
      toShadow: sqsMessageQueue(sqs, env.TO_SHADOW_QUEUE),
      stopwatchMs,
      onFault: (error) => {
        count({ shadow_not_offered: 1 });
        logger.warn('answer not offered to the challenger', { reason: error.message });
      },
    }),
  });
  return { dynamo, sqs, window, liveSets, score, record };
}
