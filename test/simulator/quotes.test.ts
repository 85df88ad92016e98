import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfSpread, quoteLeg, roundToTick, ticksToPrice } from '../../simulator/quotes.ts';
import { RandomStream } from '../../simulator/random.ts';

function emptyQuote() {
  return { bidTicks: 0, askTicks: 0, lastTicks: 0, bidLots: 0, askLots: 0 };
}

describe('quotes', () => {
  test('ticks are exact to two decimals', () => {
    expect(ticksToPrice(1)).toBe(0.05);
    expect(ticksToPrice(2647)).toBe(132.35);
    expect(roundToTick(132.37)).toBe(132.35);
    for (let ticks = 0; ticks < 100_000; ticks += 7)
      expect(Number(ticksToPrice(ticks).toFixed(2))).toBe(ticksToPrice(ticks));
  });

  test('the spread is wider in the wings, in dear options and in volatile minutes', () => {
    expect(halfSpread(50, 2, 1)).toBeGreaterThan(halfSpread(50, 0, 1));
    expect(halfSpread(50, -2, 1)).toBe(halfSpread(50, 2, 1));
    expect(halfSpread(300, 0, 1)).toBeGreaterThan(halfSpread(50, 0, 1));
    expect(halfSpread(50, 0, 2)).toBeGreaterThan(halfSpread(50, 0, 1));
  });

  test('bid below ask around the value, sizes of at least one lot, a trade at one of the two', () => {
    const random = new RandomStream(1, 'quotes');
    const numbers = fc.tuple(
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.constantFrom(0 as const, 1 as const),
    );
    fc.assert(
      fc.property(numbers, ([mid, z, flow, side]) => {
        const quote = emptyQuote();
        quoteLeg(quote, mid, halfSpread(mid, z, 1), flow, side, true, random);
        expect(quote.bidTicks).toBeGreaterThanOrEqual(1);
        expect(quote.askTicks).toBeGreaterThan(quote.bidTicks);
        expect(ticksToPrice(quote.bidTicks)).toBeLessThanOrEqual(Math.max(mid, 0.05));
        expect(ticksToPrice(quote.askTicks)).toBeGreaterThanOrEqual(mid - 1e-9);
        expect(Math.min(quote.bidLots, quote.askLots)).toBeGreaterThanOrEqual(1);
        expect([quote.bidTicks, quote.askTicks]).toContain(quote.lastTicks);
      }),
    );
  });

  test('without a trade the last price stays', () => {
    const quote = { ...emptyQuote(), lastTicks: 777 };
    quoteLeg(quote, 100, 0.1, 0, 0, false, new RandomStream(1, 'still'));
    expect(quote.lastTicks).toBe(777);
  });
});
