import { z } from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';

/** Who promotes a bundle that passed the gate (`config/promotion`): an operator, or the nightly machine by itself. */
export const promotionPolicySchema = z.strictObject({
  schema: z.literal(1),
  exchanges: z.record(exchangeSchema, z.enum(['manual', 'automatic'])),
});
export type PromotionPolicy = z.infer<typeof promotionPolicySchema>;
