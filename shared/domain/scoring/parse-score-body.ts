import type * as z from 'zod';
import type { FeatureValue } from './recommendation.ts';
import { type ScoreBody, scoreBodySchema } from './score-body.ts';

const withoutFeatures = scoreBodySchema.omit({ features: true });

/**
 * `scoreBodySchema.safeParse`, to the same result: a vector of the usual form, which is most of a body, is told by one
 * pass over it. Of any other the schema is asked.
 */
export function parseScoreBody(body: unknown): z.ZodSafeParseResult<ScoreBody> {
  const features = (body as { readonly features?: unknown } | null | undefined)?.features;
  if (!isUsual(features)) return scoreBodySchema.safeParse(body);
  const parsed = withoutFeatures.safeParse(body);
  return parsed.success ? { success: true, data: { ...parsed.data, features } } : parsed;
}

/** Whether these are feature values by name, and nothing about them is out of the ordinary. */
function isUsual(features: unknown): features is Record<string, FeatureValue> {
  if (typeof features !== 'object' || features === null) return false;
  if (Object.getPrototypeOf(features) !== Object.prototype) return false;
  for (const [name, value] of Object.entries(features)) {
    if (name === '__proto__') return false;
    if (!(Number.isFinite(value) || value === null || value === 'Infinity' || value === '-Infinity'))
      return false;
  }
  return true;
}
