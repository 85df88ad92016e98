import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { bundles } from '../../functions/score/bundles.ts';
import type { KeptSessions } from '../../functions/score/kept-sessions.ts';
import {
  type AnswerReplay,
  type ReplayAnswerPorts,
  replayAnswer,
} from '../../functions/score/replay-answer.ts';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { FEATURE_SETS } from '../../shared/domain/features/feature-sets.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { NotFound } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { Connection } from '../connection.ts';
import { lakeSessions } from './lake-sessions.ts';

/** What an answer is given again from. */
export interface ReplayStore {
  readonly recommendations: Pick<RecommendationStore, 'trail' | 'ofDay'>;
  readonly models: Pick<ModelRegistry, 'version' | 'history'>;
  readonly registry: Pick<BatchRegistry, 'dayFile' | 'batches'>;
  readonly bucket: Pick<ObjectStore, 'get' | 'list'>;
  readonly sessions: KeptSessions;
}

/** The store of an environment, local or on AWS. @throws NotFound where it does not tell where its earlier sessions are. */
export function replayStore({ name, environment, region, tables, lakeBucket }: Connection): ReplayStore {
  Object.assign(process.env, environment);
  const dynamo = new DynamoDBClient({ region });
  const bucket = s3ObjectStore(new S3Client({ region }), lakeBucket);
  const registry = dynamoBatchRegistry(dynamo, tables['batches'] as string);
  const window = tables['onlineWindow'];
  if (window === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output OnlineWindowTable, was none; start or deploy it again`,
    );
  }
  const summaries = dynamoDaySummaries(dynamo, window);
  return {
    recommendations: dynamoRecommendationStore(dynamo, tables['recommendations'] as string),
    models: dynamoModelRegistry(dynamo, tables['models'] as string),
    registry,
    bucket,
    sessions: lakeSessions({ registry, lake: lakeFiles(bucket, hyparquetCodec), summaries }),
  };
}

/** Gives answers again by the rules that ship with this code. */
export function openReplays(
  store: Pick<ReplayStore, 'models' | 'sessions'> & { readonly bucket: Pick<ObjectStore, 'get' | 'list'> },
): (recorded: Recommendation) => Promise<AnswerReplay> {
  return replayAnswer({
    ...rulesOfNow(),
    sessions: store.sessions,
    models: store.models,
    openBundle: bundles({
      readFiles: bundleFiles(store.bucket),
      load: (files) => loadBundle(files, openSession),
    }),
  });
}

type Rules = Omit<ReplayAnswerPorts, 'sessions' | 'models' | 'openBundle'>;

function rulesOfNow(): Rules {
  return {
    featureSets: FEATURE_SETS,
    trainingSet: featureConfig().training,
    rules: exchangesRules(),
    quality: qualityPolicy(),
    execution: optionPolicy(),
    policy: riskPolicy(),
  };
}
