import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { task } from '../../shared/observability/task.ts';
import { switchPointer, type Undo } from './switch-pointer.ts';
import type { VerifiedPlan } from './verify-promotion.ts';

const env = readEnv(process.env, ['MODELS_TABLE']);
const models = dynamoModelRegistry(new DynamoDBClient(), env.MODELS_TABLE);
const change = switchPointer({ models, clock: systemClock });

/** The plan comes from the verify state of the same execution; its rows were parsed there. */
const planSchema = z.custom<VerifiedPlan | Undo>(
  (value) => z.object({ kind: z.enum(['switch', 'withdrawal', 'undo']) }).safeParse(value).success,
  'expected a switch, a withdrawal or an undo',
);

export const handler = task(planSchema, change);
