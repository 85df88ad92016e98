import { describe, expect, test } from 'vitest';
import { parsePromotion, promotionPolicy } from '../../../shared/config/promotion.ts';
import { EXCHANGES } from '../../../shared/domain/market/snapshot.ts';

describe('promotion policy', () => {
  test('names every exchange, and leaves promotion to people', () => {
    expect(Object.keys(promotionPolicy().exchanges).sort()).toEqual([...EXCHANGES].sort());
    expect(new Set(Object.values(promotionPolicy().exchanges))).toEqual(new Set(['manual']));
  });
  test('an unknown word is refused by name', () => {
    const exchanges = { ...promotionPolicy().exchanges, NSE: 'sometimes' };
    const wrong = { ...promotionPolicy(), exchanges };
    expect(() => parsePromotion(wrong)).toThrow(/config\/promotion.json: exchanges.NSE: /);
  });
  test('an exchange that is left out is refused', () => {
    const { BSE: _without, ...exchanges } = promotionPolicy().exchanges;
    expect(() => parsePromotion({ ...promotionPolicy(), exchanges })).toThrow(/exchanges.BSE/);
  });
  test('a promotion waits for whole days, and bakes for whole minutes', () => {
    const { approval, baking, ...rest } = promotionPolicy();
    const wrong = { ...rest, approval: { expires_after_days: 0.5 }, baking };
    expect(() => parsePromotion(wrong)).toThrow(/approval.expires_after_days/);
    const unbaked = { ...rest, approval, baking: { ...baking, session_minutes: 0 } };
    expect(() => parsePromotion(unbaked)).toThrow(/baking.session_minutes/);
  });
});
