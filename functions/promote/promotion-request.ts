import * as z from 'zod';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';

/** The input of the promotion machine. */
export const promotionRequestSchema = z.object({
  /** `take_back` is a rollback of one named version, which has to be live still; to nothing when it was the first. */
  action: z.enum(['promote', 'rollback', 'take_back']),
  exchange: exchangeSchema,
  target: z.string().min(1).default(PRODUCTION_TARGET),
  /** The candidate, or the version that is taken back; not needed for a rollback. */
  version: z.string().min(1).optional(),
  operator: z.string(),
  reason: z.string(),
  /** Go against a missing or failing verdict. */
  override: z.boolean().default(false),
  /** Wait for an operator's answer before anything is switched; null when nobody is asked. */
  approval: z.object({ expires_after_days: z.number().positive() }).nullable().default(null),
  execution: z.string().nullable().default(null),
});
export type PromotionRequest = z.infer<typeof promotionRequestSchema>;
