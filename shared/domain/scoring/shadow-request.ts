import * as z from 'zod';
import type { FeatureRow } from '../features/feature-row.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import { featureValue } from './drivers.ts';
import { featureValueSchema, type Recommendation, recommendationSchema } from './recommendation.ts';

/** What a challenger's answer is compared with: the part of the live answer that says what was asked and answered. */
export const liveAnswerSchema = recommendationSchema.pick({
  id: true,
  timestamp: true,
  recorded_at: true,
  exchange: true,
  target: true,
  model_version: true,
  feature_set: true,
  action: true,
  confidence: true,
  hold_reason: true,
  input_hash: true,
});
export type LiveAnswer = z.infer<typeof liveAnswerSchema>;

/** A message on the queue to-shadow: a live answer that was recorded, and the feature row it was given on. */
export const shadowRequestSchema = z.object({
  live: liveAnswerSchema,
  row: z.object({
    uid: z.string(),
    timestamp: z.string(),
    received_at: z.string(),
    recorded_at: z.string(),
    exchange: exchangeSchema,
    feature_set: z.string(),
    snapshot_id: z.string(),
    underlying_price: z.number(),
    values: z.array(featureValueSchema),
    quality_flags: z.array(z.string()),
  }),
});
export type ShadowRequest = z.infer<typeof shadowRequestSchema>;

/** The request for a live answer and its row. Numbers come back bit for bit, infinities and missing values, too. */
export function shadowRequest(answer: Recommendation, row: FeatureRow): ShadowRequest {
  const { quality_flags, values, ...rest } = row;
  return {
    live: liveAnswerSchema.parse(answer),
    row: { ...rest, quality_flags: [...quality_flags], values: Array.from(values, featureValue) },
  };
}

/** The feature row of a request. */
export function requestedRow({ row }: ShadowRequest): FeatureRow {
  return {
    ...row,
    values: Float64Array.from(row.values, (value) => (value === null ? Number.NaN : Number(value))),
  };
}
