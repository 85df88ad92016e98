import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { trainingPolicy } from '../../shared/config/training.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { task } from '../../shared/observability/task.ts';
import { planNight } from './plan-night.ts';

const nightRequestSchema = z.object({
  date: z.iso.date().optional(),
  exchanges: z.array(exchangeSchema).min(1).optional(),
  train: z.boolean().optional(),
  feature_set: z.string().min(1).optional(),
  family: z.enum(MODEL_FAMILIES).optional(),
  targets: z.array(z.string().min(1)).min(1).optional(),
  scheduled_time: z.iso.datetime({ offset: true }).optional(),
});

const env = readEnv(process.env, ['BATCHES_TABLE']);
const { lake: lakeSets, training: trainingSet } = featureConfig();
const policy = trainingPolicy();
const plan = planNight({
  registry: dynamoBatchRegistry(new DynamoDBClient(), env.BATCHES_TABLE),
  rules: exchangesRules(),
  lakeSets,
  trainingSet,
  trainingFamily: policy.family,
  trainingTargets: policy.targets,
  clock: systemClock,
});

export const handler = task(nightRequestSchema, plan);
