import * as z from 'zod';

/** When people are told (`config/alerts`), one section per rule that has a threshold. */
export const alertPolicySchema = z
  .strictObject({
    schema: z.literal(1),
    /** An alert that stays open is repeated after this pause. */
    repeat_after_minutes: z.number().positive(),
    drawdown_limit: z.strictObject({
      warning_rupees: z.number().positive(),
      critical_rupees: z.number().positive(),
    }),
    latency_high: z.strictObject({
      p99_us: z.number().positive(),
      /** Fewer scored requests than this have no 99th percentile. */
      min_count: z.number().int().positive(),
    }),
    data_flagged: z.strictObject({
      /** Largest share of the day's feature rows that may carry a data-quality flag. */
      max_share: z.number().min(0).max(1),
      /** Fewer rows than this have no share. */
      min_rows: z.number().int().positive(),
    }),
    calendar_ends: z.strictObject({
      /** A date this many days ahead without a known session is told. */
      warning_days: z.number().int().positive(),
      critical_days: z.number().int().positive(),
    }),
    data_stale: z.strictObject({ max_age_seconds: z.number().positive() }),
  })
  .refine(({ drawdown_limit: { warning_rupees, critical_rupees } }) => warning_rupees <= critical_rupees, {
    path: ['drawdown_limit'],
    message: 'expected warning_rupees at most critical_rupees',
  });
export type AlertPolicy = z.infer<typeof alertPolicySchema>;
