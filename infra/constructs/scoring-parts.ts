import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type DataStack, RECOMMENDATION_INDEXES } from '../stacks/data.ts';
import type { ModelEndpoints } from './model-endpoints.ts';
import { StageFunction } from './stage-function.ts';
import { StageSchedule } from './stage-schedule.ts';

interface ScoringPartsProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly onnxruntime: LayerVersion;
  readonly endpoints: ModelEndpoints;
}

/**
 * What scores each live moment, and what scores the challenger beside it and follows that to its outcome; the last two
 * write nothing that is live. @returns the function that a schedule invokes
 */
export function scoringParts(
  scope: Construct,
  { settings, data, onnxruntime, endpoints }: ScoringPartsProps,
): StageFunction {
  const scoring = { settings, memoryMb: 1769, layers: [onnxruntime] };
  const queue = new StageFunction(scope, { stage: 'score', part: 'queue', timeoutS: 30, ...scoring })
    .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
    .readsTable('MODELS_TABLE', data.models)
    .readsTable('RISK_TABLE', data.risk)
    .readsTable('SHADOWS_TABLE', data.shadows)
    .readsBucket('LAKE_BUCKET', data.lake, ['models/'])
    .writesTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
    .sendsTo('TO_AUDIT_QUEUE', data.toAudit.queue)
    .sendsTo('TO_SHADOW_QUEUE', data.toShadow.queue)
    .consumes(data.toScore.queue, { batchSize: 10, maxConcurrency: 2 });
  endpoints.letAsk(queue);
  new StageFunction(scope, { stage: 'score', part: 'shadow', timeoutS: 60, ...scoring })
    .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
    .readsBucket('LAKE_BUCKET', data.lake, ['models/'])
    .writesTable('SHADOWS_TABLE', data.shadows)
    .consumes(data.toShadow.queue, { batchSize: 10, maxConcurrency: 2 });
  const outcome = new StageFunction(scope, {
    stage: 'outcome',
    part: 'shadow',
    settings,
    memoryMb: 1024,
    timeoutS: 120,
  })
    .readsTable('RECOMMENDATIONS_TABLE', data.recommendations, RECOMMENDATION_INDEXES)
    .readsTable('ONLINE_WINDOW_TABLE', data.onlineWindow)
    .readsTable('BATCHES_TABLE', data.batches)
    .readsBucket('LAKE_BUCKET', data.lake, ['raw/', 'chain/'])
    .writesTable('SHADOWS_TABLE', data.shadows);
  new StageSchedule(scope, 'ShadowSchedule', { expression: 'rate(15 minutes)', invokes: outcome });
  return outcome;
}
