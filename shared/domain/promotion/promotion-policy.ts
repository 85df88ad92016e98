import * as z from 'zod';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';

const share = z.number().min(0).max(1);

/** How long a version bakes after it was promoted, and what takes it back meanwhile. */
export const bakingPolicySchema = z.strictObject({
  /** Minutes of open session, not of the clock: what is promoted after close bakes from the next open on. */
  session_minutes: z.number().int().positive(),
  /** More feature rows without any answer than this are an error of scoring. */
  max_unanswered: z.number().int().nonnegative(),
  /** An answer that took longer than this is slow. */
  slow_us: z.number().positive(),
  /** Largest share of slow answers: the first ones after a switch open the bundle, and count as well. */
  max_slow_share: share,
  /** Fewer answers than this have no share. */
  min_answers: z.number().int().positive(),
});
export type BakingPolicy = z.infer<typeof bakingPolicySchema>;

/**
 * Who promotes a bundle that passed the gate (`config/promotion`): with `manual` the night opens a promotion that waits
 * for an operator, with `automatic` it goes through by itself.
 */
export const promotionPolicySchema = z.strictObject({
  schema: z.literal(1),
  exchanges: z.record(exchangeSchema, z.enum(['manual', 'automatic'])),
  approval: z.strictObject({
    /** A promotion that nobody answered ends after so many days; the next candidate ends it sooner. */
    expires_after_days: z.number().int().min(1).max(365),
  }),
  baking: bakingPolicySchema,
});
export type PromotionPolicy = z.infer<typeof promotionPolicySchema>;

/** What becomes of a candidate without an operator's command. */
export interface ByPolicy {
  /** It goes live by itself. */
  readonly promote: boolean;
  /** A promotion is opened that waits for an operator; null when none is. */
  readonly approval: PromotionPolicy['approval'] | null;
}

/**
 * What the policy does with a candidate of an exchange that `mayPass` (it passed, was made here, and is served).
 * Example: with `manual`, `{ promote: false, approval: { expires_after_days: 5 } }`.
 */
export function byPolicy(policy: PromotionPolicy, exchange: Exchange, mayPass: boolean): ByPolicy {
  const isAutomatic = policy.exchanges[exchange] === 'automatic';
  return {
    promote: mayPass && isAutomatic,
    approval: mayPass && !isAutomatic ? policy.approval : null,
  };
}
