import * as z from 'zod';

/**
 * What a model's endpoint is asked and answers (`POST /invocations`), as JSON. Doubles come through JSON with every
 * bit; what JSON has no number for is a word, and NaN is null.
 */
const wireNumberSchema = z.union([z.number(), z.enum(['Infinity', '-Infinity', '-0'])]).nullable();
export type WireNumber = z.infer<typeof wireNumberSchema>;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const triple = z.tuple([z.number(), z.number(), z.number()]);

export const invocationSchema = z.strictObject({
  schema: z.literal(1),
  /** The bundle that is to answer; a server of another one refuses. */
  bundle_hash: sha256Hex,
  /** Raw features in the order of the bundle. */
  features: z.array(wireNumberSchema).min(1),
  /** Chances of the regime states after the row's minute; null before the session's first row. */
  regime_state: z.array(z.number()).min(1).nullable(),
});
export type Invocation = z.infer<typeof invocationSchema>;

const explanationSchema = z.object({
  method: z.enum(['exact', 'permutation']),
  base_score: wireNumberSchema,
  /** One for each input, in their order. */
  shap: z.array(wireNumberSchema),
});

export const invocationAnswerSchema = z.object({
  schema: z.literal(1),
  /** The bundle that answered. */
  bundle_hash: sha256Hex,
  /** SELL, HOLD, BUY. */
  probabilities: triple,
  raw_scores: z.tuple([wireNumberSchema, wireNumberSchema, wireNumberSchema]),
  regime: z.int().nonnegative(),
  regime_probabilities: z.array(z.number()),
  /** The explained inputs: the features, then the chances of the regime states. */
  inputs: z.array(z.object({ name: z.string().min(1), value: wireNumberSchema })),
  /** SELL, HOLD, BUY. */
  explanations: z.tuple([explanationSchema, explanationSchema, explanationSchema]),
});
export type InvocationAnswer = z.infer<typeof invocationAnswerSchema>;

/** Example: `toWire(Number.NaN)` is null, `toWire(-0)` is '-0', `toWire(0.1)` is 0.1. */
export function toWire(value: number): WireNumber {
  if (Number.isNaN(value)) return null;
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return Object.is(value, -0) ? '-0' : value;
}

/** The number that `toWire` was given. Example: `fromWire(null)` is NaN. */
export function fromWire(value: WireNumber): number {
  return value === null ? Number.NaN : Number(value);
}
