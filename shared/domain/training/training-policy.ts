import { z } from 'zod';
import { MODEL_FAMILIES } from './families.ts';

const parameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** What candidates are trained with (`config/training`). */
export const trainingPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** The family of a candidate, unless a night names another. */
  family: z.enum(MODEL_FAMILIES, { error: `expected one of ${MODEL_FAMILIES.join(', ')}` }),
  /** Each family's parameters, by its own names, over its defaults. */
  parameters: z.strictObject({ lightgbm: parameters, xgboost: parameters, linear: parameters }),
});
export type TrainingPolicy = z.infer<typeof trainingPolicySchema>;
