import * as z from 'zod';

const share = z.number().min(0).max(1);

/**
 * How one feature was distributed in training. The finite values fall into `edges.length + 1` bins:
 * bin i holds values v with edges[i-1] < v <= edges[i]. Missing values and the infinities have bins of their own;
 * all shares together add up to 1 (or 0 when there were no rows).
 */
export const featureReferenceSchema = z
  .object({
    name: z.string().min(1),
    /** Of the finite values; null when there are none. */
    mean: z.number().nullable(),
    /** Sample deviation (n - 1) of the finite values; null when fewer than two. */
    standard_deviation: z.number().nonnegative().nullable(),
    /** Strictly ascending. */
    edges: z.array(z.number()),
    fractions: z.array(share),
    missing: share,
    positive_infinity: share,
    negative_infinity: share,
  })
  .refine(
    ({ edges, fractions }) => fractions.length === edges.length + 1,
    'expected one more fraction than edges',
  )
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] as number)), {
    message: 'expected strictly ascending edges',
  });
export type FeatureReference = z.infer<typeof featureReferenceSchema>;

/** `reference.json` of a bundle: the training rows' distribution, feature by feature, in the bundle's order. */
export const referenceProfileSchema = z.object({
  schema: z.literal(1),
  rows: z.number().int().nonnegative(),
  features: z.array(featureReferenceSchema).min(1),
});
export type ReferenceProfile = z.infer<typeof referenceProfileSchema>;
