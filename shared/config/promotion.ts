import file from '../../config/promotion.json' with { type: 'json' };
import { type PromotionPolicy, promotionPolicySchema } from '../domain/promotion/promotion-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a promotion policy. Throws RejectedInput that names the wrong key. */
export function parsePromotion(json: unknown): PromotionPolicy {
  return parseConfig(promotionPolicySchema, json, 'config/promotion.json');
}

let loaded: PromotionPolicy | undefined;

/** The policy of `config/promotion.json` that ships with the code, checked on first use. */
export function promotionPolicy(): PromotionPolicy {
  loaded ??= parsePromotion(file);
  return loaded;
}
