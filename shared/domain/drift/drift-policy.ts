import * as z from 'zod';

/** Thresholds of the drift rules (`config/drift`), one section per rule. */
export const driftPolicySchema = z.strictObject({
  schema: z.literal(1),
  /** Fewer live rows than this say nothing. */
  min_rows: z.number().int().positive(),
  psi: z.strictObject({ drift: z.number().positive() }),
  /** Distance of the live mean from the training mean, in training standard deviations. */
  mean_shift: z.strictObject({ deviations: z.number().positive() }),
  /** Rise of the share of missing or infinite values. */
  missing_values: z.strictObject({ increase: z.number().positive().max(1) }),
  /** Share of the features that must have drifted before the exchange has. */
  drifted_share: z.number().positive().max(1),
  /** Features listed in a report. */
  top: z.number().int().positive(),
});
export type DriftPolicy = z.infer<typeof driftPolicySchema>;
