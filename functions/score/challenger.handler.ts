import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { changeChallenger } from './change-challenger.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'SHADOWS_TABLE']);
const dynamo = new DynamoDBClient();
const change = changeChallenger({
  shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  liveSets: featureConfig().live,
  clock: systemClock,
});

export const handler = httpRoute(async (event) => json(200, await change(jsonBody(event, REPORT))));
