import * as z from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';

/** Why an outcome can never be known. */
export const UNRESOLVABLE_REASONS = [
  'horizon_crosses_session_end',
  'no_entry_price',
  'no_exit_price',
] as const;
export type UnresolvableReason = (typeof UNRESOLVABLE_REASONS)[number];

/** What the market did from the recommendation's minute to a horizon; nulls until it is resolved. */
const realised = {
  status: z.enum(['pending', 'resolved', 'unresolvable']),
  reason: z.enum(UNRESOLVABLE_REASONS).nullable(),
  realised_return: z.number().nullable(),
  /** -1 down, 0 inside the dead band, 1 up. */
  realised_direction: z.union([z.literal(-1), z.literal(0), z.literal(1)]).nullable(),
  /** Whether BUY or SELL named the realised direction; null for HOLD, which abstains. */
  correct: z.boolean().nullable(),
};

/**
 * What became of one recommendation at its target's horizon, the decisive one. Until the horizon has passed it is
 * `pending`, with nulls; `unresolvable` says why in `reason`. Returns are fractions of the underlying's price at the
 * recommendation.
 */
export const outcomeSchema = z.object({
  recommendation_id: z.ulid(),
  exchange: exchangeSchema,
  /** Minutes after the recommendation's timestamp. */
  horizon: z.number().int().positive(),
  ...realised,
  /** Rupees, re-marked from recorded prices; null without a trade or a price. */
  trade_pnl: z.number().nullable(),
  trade_id: z.string().min(1).nullable(),
  /** The trade's side contradicts the action: its profit says nothing about the recommendation. */
  exposure_inverted: z.boolean(),
  model_version: z.string().min(1).nullable(),
  resolved_at: z.iso.datetime({ offset: true }).nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** The same at one of the horizons that every recommendation is followed to. */
export const horizonResultSchema = z.object({
  /** Minutes after the recommendation, or `close`: the session's last usable price. */
  horizon: z.union([z.number().int().positive(), z.literal('close')]),
  ...realised,
});
export type HorizonResult = z.infer<typeof horizonResultSchema>;

/** What an outcome said before late data or a late trade report put it right. */
export const earlierOutcomeSchema = z.object({
  ...realised,
  trade_pnl: z.number().nullable(),
  /** The horizons that said something else. */
  horizons: z.array(horizonResultSchema),
  resolved_at: z.iso.datetime({ offset: true }).nullable(),
  replaced_at: z.iso.datetime({ offset: true }),
});
export type EarlierOutcome = z.infer<typeof earlierOutcomeSchema>;

/** An outcome as it is kept: with every horizon, what it is grouped by, and what it said before it was put right. */
export const followedOutcomeSchema = outcomeSchema.extend({
  /** The recommendation's own time, action, confidence and regime. */
  recommended_at: z.iso.datetime({ offset: true }),
  action: z.enum(['SELL', 'HOLD', 'BUY']),
  confidence: z.number().min(0).max(1),
  regime: z.number().int().nonnegative().nullable(),
  /** Of the trade's mark; null without a trade. */
  trade_status: z.enum(['open', 'closed', 'lapsed', 'orphan']).nullable(),
  /** Minutes 3, 5, 15 and 30, and the close. */
  horizons: z.array(horizonResultSchema),
  /** How often it was written before: 0 at first. */
  revision: z.number().int().nonnegative(),
  /** How often a result that was final came out differently. */
  corrections: z.number().int().nonnegative(),
  /** The newest ten of those, oldest first. */
  earlier: z.array(earlierOutcomeSchema),
});
export type FollowedOutcome = z.infer<typeof followedOutcomeSchema>;

/** How many outcomes are kept in one step, at most. */
export const OUTCOMES_AT_ONCE = 25;
