import * as z from 'zod';
import { momentSchema } from '../market/moment.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { exchangeSchema } from '../market/snapshot.ts';

/** The body of POST /v1/score: nothing (the latest features), or one of a snapshot, a window, a feature vector, a probe. */
export const scoreBodySchema = z.object({
  exchange: exchangeSchema,
  target: z.literal(PRODUCTION_TARGET).default(PRODUCTION_TARGET),
  /** Scores a row of the bundle's own reference and records nothing. */
  probe: z.boolean().default(false),
  /** Without drivers when false: what they cost is most of an answer's time. */
  explain: z.boolean().default(true),
  /** When the given features were taken (default: now). */
  timestamp: momentSchema.optional(),
  /** Feature values by name; a missing feature is left out or null, an infinite one is `Infinity` or `-Infinity`. */
  features: z
    .record(z.string(), z.union([z.number(), z.enum(['Infinity', '-Infinity'])]).nullable())
    .optional(),
  /** One chain snapshot: the newest of its session, merged into the online window. */
  snapshot: z.unknown().optional(),
  /** A session's snapshots in any order: the features, and the regime, are made of exactly these. */
  window: z.unknown().optional(),
});
export type ScoreBody = z.infer<typeof scoreBodySchema>;
