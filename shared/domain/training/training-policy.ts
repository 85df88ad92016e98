import * as z from 'zod';
import { MODEL_FAMILIES } from './families.ts';
import { TARGET_NAMES } from './targets.ts';

const parameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

const family = z.enum(MODEL_FAMILIES, { error: `expected one of ${MODEL_FAMILIES.join(', ')}` });

/** What candidates are trained with (`config/training`). */
export const trainingPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** What a night trains candidates for, one after the other; the first is the one in production. */
  targets: z.array(z.enum(TARGET_NAMES, { error: `expected one of ${TARGET_NAMES.join(', ')}` })).min(1),
  /** The family of a candidate, unless a night names another. */
  family,
  /** Each family's parameters, by its own names, over its defaults. */
  parameters: z.strictObject({
    lightgbm: parameters,
    xgboost: parameters,
    linear: parameters,
    stacked: parameters,
  }),
  /** Sessions after which an observation weighs half; null weighs all ages alike. */
  recency_half_life_sessions: z.number().positive().nullable(),
  /** One model per regime state in place of one for all; a magnitude is always one model. */
  per_regime: z.boolean(),
  /** Random search over the family and its rivals; 1 configuration takes the family as it is. */
  search: z.strictObject({
    configurations: z.number().int().min(1).max(1000),
    rivals: z.array(family),
    budget_seconds: z.number().positive(),
    /** Fewer judged sessions than this take the family as it is: among so few, luck would choose. */
    least_sessions: z.number().int().nonnegative(),
  }),
  /** Combinatorial purged folds: blocks that the sessions are cut into, and blocks judged at once; null leaves them out. */
  combinatorial: z
    .strictObject({ groups: z.number().int().min(3).max(12), judged: z.number().int().min(1) })
    .refine(({ groups, judged }) => judged < groups, {
      error: 'expected judged below groups',
      path: ['judged'],
    })
    .nullable(),
  /** A second candidate on the union of each regime's most important features, for sign-off; null trains none. */
  distilled: z.strictObject({ features: z.number().int().min(1).max(100) }).nullable(),
  /** A training of more rows, or with a longer search, runs as a container job and not in the Lambda. */
  job_above: z.strictObject({
    rows: z.number().int().nonnegative(),
    budget_seconds: z.number().nonnegative(),
  }),
});
export type TrainingPolicy = z.infer<typeof trainingPolicySchema>;
