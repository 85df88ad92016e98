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
    expect(() => parsePromotion({ schema: 1, exchanges })).toThrow(/config\/promotion.json: exchanges.NSE: /);
  });
  test('an exchange that is left out is refused', () => {
    const { BSE: _without, ...exchanges } = promotionPolicy().exchanges;
    expect(() => parsePromotion({ schema: 1, exchanges })).toThrow(/exchanges.BSE/);
  });
});
