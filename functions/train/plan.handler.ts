import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { readEnv } from '../../shared/config/env.ts';
import { trainingPolicy } from '../../shared/config/training.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { task } from '../../shared/observability/task.ts';
import { planTraining } from './plan-training.ts';

const env = readEnv(process.env, ['DATASETS_TABLE']);
const policy = trainingPolicy();
const plan = planTraining({
  datasets: dynamoDatasetRegistry(new DynamoDBClient(), env.DATASETS_TABLE),
  policy,
  targets: policy.targets,
});

export const handler = task(
  z.object({
    exchanges: z.array(exchangeSchema).min(1),
    dataset_version: z.string().min(1).optional(),
    targets: z.array(z.string().min(1)).min(1).optional(),
    family: z.enum(MODEL_FAMILIES).optional(),
    feature_set: z.string().min(1).optional(),
    configurations: z.number().int().min(1).max(1000).optional(),
    budget_seconds: z.number().positive().optional(),
    per_regime: z.boolean().optional(),
    allow_legacy: z.boolean().optional(),
    as: z.enum(['lambda', 'job']).optional(),
  }),
  plan,
);
