import * as z from 'zod';

/**
 * An operator's own label of a recommendation (POST /v1/feedback): what he holds the market did, or should have been
 * called. It stands beside the outcome and is never a training label: those are made of recorded prices alone.
 * Example: `{recommendation_id:'01KBM5DS00FXB2R6V4YQ0H1T7N', label:-1, note:'fell on the budget leak'}`.
 */
export const feedbackSchema = z.object({
  recommendation_id: z.ulid(),
  /** -1 fell, 0 neither, 1 rose. */
  label: z.literal([-1, 0, 1]),
  note: z.string().min(1).max(500).nullable().default(null),
});
export type Feedback = z.infer<typeof feedbackSchema>;

/** Feedback as it is kept: who gave it, stamped with our clock and its leaf hash. Nothing replaces an earlier one. */
export const storedFeedbackSchema = feedbackSchema.extend({
  /** The caller: role and session. */
  by: z.string().min(1),
  recorded_at: z.iso.datetime({ offset: true }),
  leaf_hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type StoredFeedback = z.infer<typeof storedFeedbackSchema>;

/**
 * The caller's role and session from the ARN that was verified; `unknown` without one.
 * Example: `arn:aws:sts::111122223333:assumed-role/operator/asha` is `operator/asha`.
 */
export function callerName(arn: string | null): string {
  if (arn === null) return 'unknown';
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^(assumed-role|user|role)\//, '') || 'unknown';
}
