import { accountNow } from '../../../functions/score/account-now.ts';
import { answerQuestion } from '../../../functions/score/answer-question.ts';
import type { BackendPorts } from '../../../functions/score/ask-backend.ts';
import { bundles, type OpenBundle } from '../../../functions/score/bundles.ts';
import { featureService } from '../../../functions/score/feature-service.ts';
import { hintAudit } from '../../../functions/score/hint-audit.ts';
import { livePointers } from '../../../functions/score/live-model.ts';
import { modelService } from '../../../functions/score/model-service.ts';
import { recordAnswer } from '../../../functions/score/record-answer.ts';
import { regimeTracker } from '../../../functions/score/regime-tracker.ts';
import { scoreRequest } from '../../../functions/score/score-request.ts';
import { scoreRow } from '../../../functions/score/score-row.ts';
import type { OfferShadow } from '../../../functions/score/shadow-offer.ts';
import { snapshotRow } from '../../../functions/score/snapshot-row.ts';
import { dynamoDaySummaries } from '../../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { liveInputs } from '../../../shared/adapters/online/live-inputs.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../shared/config/execution.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import type { FeatureSet } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { planPromotion } from '../../../shared/domain/promotion/plan-promotion.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS } from '../../contract/embedded-cloud.ts';
import { aModelVersion } from '../../factories/registry.ts';
import { openFiles } from '../../factories/tracker-market.ts';

/** Scoring as its handlers put it together, on tables, queues and a bucket of its own. */
export async function scoringWorld(
  cloud: EmbeddedCloud,
  liveSets: readonly FeatureSet[] = [TRACKER_V2],
  offer: OfferShadow = async () => undefined,
  backends?: BackendPorts,
) {
  const time = { nowMs: START_MS, stopwatchMs: 0 };
  const modelFaults: Error[] = [];
  const [auditUrl, batchUrl] = [cloud.queue(), cloud.queue()];
  const windowTable = await cloud.table();
  const window = dynamoOnlineWindow(cloud.dynamodb, windowTable);
  const summaries = dynamoDaySummaries(cloud.dynamodb, windowTable);
  const [modelsTable, riskTable, storeTable] = [
    await cloud.table(),
    await cloud.table(),
    await cloud.table(),
  ];
  const models = dynamoModelRegistry(cloud.dynamodb, modelsTable);
  const risk = dynamoRiskStore(cloud.dynamodb, riskTable);
  const store = dynamoRecommendationStore(cloud.dynamodb, storeTable);
  const bucketName = cloud.bucket();
  const bucket = s3ObjectStore(cloud.s3, bucketName);
  const shared = {
    livePointer: livePointers(models, () => time.stopwatchMs),
    openBundle: bundles({ readFiles: bundleFiles(bucket), load: openFiles }),
    window,
    liveSets,
    trainingSet: TRACKER_V2,
    rules: exchangesRules(),
    quality: qualityPolicy(),
    clock: () => time.nowMs,
  };
  const service = modelService({
    ...shared,
    backends,
    regime: regimeTracker(window, qualityPolicy().blocking),
    onModelFault: (error) => modelFaults.push(error),
  });
  const features = featureService(shared);
  const score = answerQuestion({
    ...shared,
    models: service,
    account: accountNow(risk, riskPolicy()),
    execution: optionPolicy(),
    policy: riskPolicy(),
    stopwatchMs: () => time.stopwatchMs,
  });
  const record = recordAnswer({
    store,
    hint: hintAudit({ toAudit: sqsMessageQueue(cloud.sqs, auditUrl), stopwatchMs: () => time.stopwatchMs }),
    offer,
    patienceMs: 30_000,
  });
  const rowOfSnapshot = snapshotRow({
    ...shared,
    features,
    inputs: liveInputs({ window, summaries }),
    toBatch: sqsMessageQueue(cloud.sqs, batchUrl),
  });
  const promote = async (row: ModelVersion): Promise<void> => {
    const pointer = (await models.livePointer('NSE', 'tb15')) ?? null;
    const live = pointer && (await models.version('NSE', 'tb15', pointer.version));
    const asked = { operator: 'asha', reason: 'test', now: utcIso(time.nowMs), execution: null };
    await models.apply(
      planPromotion({ ...asked, pointer, live, candidate: row, verdict: null, override: true }).change,
    );
    time.stopwatchMs += 2000;
  };
  return {
    /** What the handlers are told of it. */
    environment: {
      ONLINE_WINDOW_TABLE: windowTable,
      MODELS_TABLE: modelsTable,
      RISK_TABLE: riskTable,
      RECOMMENDATIONS_TABLE: storeTable,
      LAKE_BUCKET: bucketName,
      TO_AUDIT_QUEUE: auditUrl,
      TO_BATCH_QUEUE: batchUrl,
    },
    modelFaults,
    time,
    window,
    models,
    risk,
    store,
    bucket,
    service,
    features,
    score,
    record,
    openBundle: shared.openBundle as (prefix: string) => Promise<OpenBundle>,
    answer: scoreRequest({ ...shared, features, score, record, snapshotRow: rowOfSnapshot }),
    answerMoment: scoreRow({ score, record, window, target: 'tb15' }),
    auditMessages: () => cloud.drain(auditUrl),
    batchMessages: () => cloud.drain(batchUrl),
    promote,
    /** Stores a bundle's files and its row, and makes it live; seen after two seconds of the stopwatch. */
    async goLive({ files, bundle }: Candidate): Promise<ModelVersion> {
      const { version, bundle_hash, logic_hash, exploratory, feature_set } = bundle;
      const row = aModelVersion({ version, bundle_hash, logic_hash, exploratory, feature_set });
      for (const [path, bytes] of files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
      await models.add(row);
      await promote(row);
      return row;
    },
  };
}

export type ScoringWorld = Awaited<ReturnType<typeof scoringWorld>>;
