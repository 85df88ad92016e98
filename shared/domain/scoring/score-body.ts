import { z } from 'zod';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { exchangeSchema } from '../market/snapshot.ts';

/** The body of POST /v1/score: the latest features, a ready feature vector, a snapshot, or a probe of the live bundle. */
export const scoreBodySchema = z.object({
  exchange: exchangeSchema,
  target: z.literal(PRODUCTION_TARGET).default(PRODUCTION_TARGET),
  /** Scores a row of the bundle's own reference and records nothing. */
  probe: z.boolean().default(false),
  /** When the given features were taken (default: now). */
  timestamp: z.iso.datetime({ offset: true }).optional(),
  /** Feature values by name; a missing feature is left out or null, an infinite one is `Infinity` or `-Infinity`. */
  features: z
    .record(z.string(), z.union([z.number(), z.enum(['Infinity', '-Infinity'])]).nullable())
    .optional(),
  snapshot: z.unknown().optional(),
});
export type ScoreBody = z.infer<typeof scoreBodySchema>;
