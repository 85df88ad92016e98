import { z } from 'zod';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';

/** The input of the promotion machine. */
export const promotionRequestSchema = z.object({
  action: z.enum(['promote', 'rollback']),
  exchange: exchangeSchema,
  target: z.string().min(1).default(PRODUCTION_TARGET),
  /** The candidate; not needed for a rollback. */
  version: z.string().min(1).optional(),
  operator: z.string(),
  reason: z.string(),
  /** Go against a missing or failing verdict. */
  override: z.boolean().default(false),
  execution: z.string().nullable().default(null),
});
export type PromotionRequest = z.infer<typeof promotionRequestSchema>;
