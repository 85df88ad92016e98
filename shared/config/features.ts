import * as z from 'zod';
import file from '../../config/features.json' with { type: 'json' };
import type { FeatureSet } from '../domain/features/feature-set.ts';
import { FEATURE_SETS } from '../domain/features/feature-sets.ts';
import { parseConfig } from './parse.ts';

const NAME = 'config/features.json';
const IDS = FEATURE_SETS.map(({ id }) => id);

const setSchema = z.enum(IDS, { error: `expected one of ${IDS.join(', ')}` });
const setsSchema = z
  .array(setSchema)
  .min(1)
  .refine((ids) => new Set(ids).size === ids.length, { error: 'expected each feature set once' });

const featuresFileSchema = z
  .strictObject({ schema: z.literal(1), live: setsSchema, lake: setsSchema, training: setSchema })
  .superRefine(({ live, lake, training }, context) => {
    for (const [list, ids] of Object.entries({ live, lake })) {
      if (ids.includes(training)) continue;
      context.addIssue({ code: 'custom', path: ['training'], message: `expected one of ${list}` });
    }
  });

/** Which feature sets are made, and where (`config/features`). */
export interface FeatureConfig {
  /** Made of every live snapshot and kept in the online window: a bundle of one of them can go live. */
  readonly live: readonly FeatureSet[];
  /** Made in bulk every night, one day file a set. */
  readonly lake: readonly FeatureSet[];
  /** What datasets and candidates are made of unless a night names another; one of `live` and of `lake`. */
  readonly training: FeatureSet;
}

/** Checks the text of the feature configuration. Throws RejectedInput that names the wrong key and what is known. */
export function parseFeatures(json: unknown): FeatureConfig {
  const { live, lake, training } = parseConfig(featuresFileSchema, json, NAME);
  const setOf = (id: string) => FEATURE_SETS.find((set) => set.id === id) as FeatureSet;
  return { live: live.map(setOf), lake: lake.map(setOf), training: setOf(training) };
}

let loaded: FeatureConfig | undefined;

/** The configuration of `config/features.json` that ships with the code, checked on first use. */
export function featureConfig(): FeatureConfig {
  loaded ??= parseFeatures(file);
  return loaded;
}
