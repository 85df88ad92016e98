import { z } from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';

/** Why an outcome can never be known. */
export const UNRESOLVABLE_REASONS = [
  'horizon_crosses_session_end',
  'no_entry_price',
  'no_exit_price',
] as const;
export type UnresolvableReason = (typeof UNRESOLVABLE_REASONS)[number];

/**
 * What became of one recommendation at one horizon. Until the horizon has passed it is `pending`, with nulls;
 * `unresolvable` says why in `reason`. Returns are fractions of the underlying's price at the recommendation.
 */
export const outcomeSchema = z.object({
  recommendation_id: z.ulid(),
  exchange: exchangeSchema,
  /** Minutes after the recommendation's timestamp. */
  horizon: z.number().int().positive(),
  status: z.enum(['pending', 'resolved', 'unresolvable']),
  reason: z.enum(UNRESOLVABLE_REASONS).nullable(),
  realised_return: z.number().nullable(),
  /** -1 down, 0 inside the dead band, 1 up. */
  realised_direction: z.union([z.literal(-1), z.literal(0), z.literal(1)]).nullable(),
  /** Whether BUY or SELL named the realised direction; null for HOLD, which abstains. */
  correct: z.boolean().nullable(),
  /** Rupees, re-marked from recorded prices; null without a trade or a price. */
  trade_pnl: z.number().nullable(),
  trade_id: z.string().min(1).nullable(),
  /** The trade's side contradicts the action: its profit says nothing about the recommendation. */
  exposure_inverted: z.boolean(),
  model_version: z.string().min(1).nullable(),
  resolved_at: z.iso.datetime({ offset: true }).nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;
