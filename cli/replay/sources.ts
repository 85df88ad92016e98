import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { ChainDaySources } from '../../functions/feature/chain-day.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { NotFound } from '../../shared/errors.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { Connection } from '../connection.ts';

/** All that an answer is given again from. */
export interface ReplaySources {
  readonly registry: ChainDaySources['registry'];
  readonly summaries: ChainDaySources['summaries'];
  readonly models: Pick<ModelRegistry, 'version' | 'history'>;
  readonly bucket: Pick<ObjectStore, 'get' | 'list'>;
}

/** Those of an environment, with its recommendations. @throws NotFound where it does not tell its earlier sessions. */
export function sourcesOf({
  name,
  environment,
  region,
  tables,
  lakeBucket,
}: Connection): ReplaySources & { readonly recommendations: RecommendationStore } {
  Object.assign(process.env, environment);
  const dynamo = new DynamoDBClient({ region });
  const window = tables['onlineWindow'];
  if (window === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output OnlineWindowTable, was none; start or deploy it again`,
    );
  }
  return {
    recommendations: dynamoRecommendationStore(dynamo, tables['recommendations'] as string),
    models: dynamoModelRegistry(dynamo, tables['models'] as string),
    registry: dynamoBatchRegistry(dynamo, tables['batches'] as string),
    summaries: dynamoDaySummaries(dynamo, window),
    bucket: s3ObjectStore(new S3Client({ region }), lakeBucket),
  };
}
