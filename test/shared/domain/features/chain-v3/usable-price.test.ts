import { describe, expect, it } from 'vitest';
import { isQuoted, usablePrice } from '../../../../../shared/domain/features/chain-v3/usable-price.ts';
import { aLeg } from '../../../../factories/snapshot.ts';

const quote = (best_bid: number | null, best_ask: number | null, ltp: number | null = 7) =>
  aLeg({ best_bid, best_ask, ltp });

describe('usablePrice', () => {
  it.each<[string, ReturnType<typeof quote>, number]>([
    ['the middle of the quote, whatever was traded', quote(10, 11), 10.5],
    ['the last price where there is no quote at all', quote(null, null), 7],
    ['the last price where both sides are 0', quote(0, 0), 7],
    ['the middle of a locked quote', quote(10, 10), 10],
    ['the middle of a quote of a tick', quote(0.05, 0.1), (0.05 + 0.1) / 2],
    ['missing when the quote is crossed', quote(11, 10), Number.NaN],
    ['missing when nobody bids', quote(0, 10), Number.NaN],
    ['missing with one side only', quote(10, null), Number.NaN],
    ['missing when the spread is wider than half of the middle and a rupee', quote(2, 4), Number.NaN],
    ['missing without a trade', quote(null, null, null), Number.NaN],
    ['missing with a trade at 0', quote(null, null, 0), Number.NaN],
  ])('is %s', (_, leg, expected) => {
    expect(usablePrice(leg)).toBe(expected);
  });

  it('of no leg is missing', () => {
    expect(usablePrice(undefined)).toBeNaN();
  });
});

describe('isQuoted', () => {
  it('allows a rupee of spread however cheap the option is', () => {
    expect([isQuoted(quote(0.2, 1.2)), isQuoted(quote(0.2, 1.25))]).toEqual([true, false]);
  });
});
