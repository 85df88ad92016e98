import * as z from 'zod';

/** How a challenger is compared with the live model (`config/shadow.json`). */
export const shadowPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** Chance that "better" is ever said of one that is not, and likewise "worse". */
  alpha: z.number().gt(0).lt(0.5),
  /** A session's mean difference counts up to this many basis points of the underlying, either way. */
  bound_bps: z.number().positive(),
  /** A session with fewer compared moments does not count. */
  min_moments: z.number().int().positive(),
});
export type ShadowPolicy = z.infer<typeof shadowPolicySchema>;
