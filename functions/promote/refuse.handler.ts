import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { task } from '../../shared/observability/task.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import { recordRefusal } from './record-refusal.ts';

const env = readEnv(process.env, ['MODELS_TABLE']);
const models = dynamoModelRegistry(new DynamoDBClient(), env.MODELS_TABLE);
const record = recordRefusal({ models, clock: systemClock });

export const handler = task(
  z.object({ request: promotionRequestSchema, error: z.string(), cause: z.string().default('') }),
  record,
);
