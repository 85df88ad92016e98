import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { round4 } from '../../../../../shared/domain/features/tracker-v2/arithmetic.ts';
import { contextOf } from '../../../../../shared/domain/features/tracker-v2/context.ts';
import { putDepth } from '../../../../../shared/domain/features/tracker-v2/depth.ts';
import { AT, TRACKER_V2_NAMES } from '../../../../../shared/domain/features/tracker-v2/names.ts';
import type { FeatureWindow } from '../../../../../shared/domain/features/window.ts';
import { MINUTE_MS } from '../../../../../shared/domain/market/indian-time.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { aLeg, aSnapshot } from '../../../../factories/snapshot.ts';
import { aWindow } from '../../../../factories/window.ts';

/** Quotes with holes, of legs that come, go and change places. */
const legs = fc
  .uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 5 })
  .chain((symbols) => fc.tuple(...symbols.map((symbol) => quoteOf(symbol))));

function quoteOf(symbol: string): fc.Arbitrary<Leg> {
  const cents = fc.option(fc.integer({ min: 1, max: 9999 }), { freq: 4 });
  const quantity = fc.option(fc.nat(500), { freq: 4 });
  return fc.tuple(cents, cents, quantity, quantity).map(([bid, ask, bidQuantity, askQuantity]) =>
    aLeg({
      symbol,
      best_bid: bid === null ? null : bid / 100,
      best_ask: ask === null ? null : ask / 100,
      bid_quantity: bidQuantity,
      ask_quantity: askQuantity,
    }),
  );
}

function windowOfLegs(minutes: readonly (readonly Leg[])[]): FeatureWindow {
  const startMs = Date.parse('2025-12-04T09:15:00+05:30');
  return aWindow({
    timestampsMs: minutes.map((_, minute) => startMs + minute * MINUTE_MS),
    snapshots: minutes.map((of) => ({ ...aSnapshot(), legs: [...of] })),
  });
}

function depthOf(window: FeatureWindow): Float64Array {
  const out = new Float64Array(TRACKER_V2_NAMES.length);
  putDepth(contextOf(window), out);
  return out;
}

/** The definition, word for word: of each leg of the window its newest two-sided quote, newest snapshots first. */
function plainAverages({ snapshots }: FeatureWindow): { spread: number; imbalance: number } {
  const newest = new Map<string, Leg>();
  for (const { legs } of snapshots.toReversed()) {
    for (const leg of legs) {
      if (leg.best_bid !== null && leg.best_ask !== null && !newest.has(leg.symbol)) {
        newest.set(leg.symbol, leg);
      }
    }
  }
  let [spread, imbalance] = [0, 0];
  for (const { best_bid, best_ask, bid_quantity, ask_quantity } of newest.values()) {
    const [bid, ask] = [bid_quantity ?? 0, ask_quantity ?? 0];
    spread += round4(best_ask! - best_bid!);
    imbalance += bid + ask === 0 ? 0 : round4((bid - ask) / (bid + ask));
  }
  const legs = newest.size || 1;
  return { spread: spread / legs, imbalance: imbalance / legs };
}

describe('quotes over the window', () => {
  it('are bit for bit those of the plain definition, whatever legs come, go or lose their quote', () => {
    fc.assert(
      fc.property(fc.array(legs, { minLength: 1, maxLength: 8 }), (minutes) => {
        const window = windowOfLegs(minutes);
        const out = depthOf(window);
        const { spread, imbalance } = plainAverages(window);
        expect(out[AT.bid_ask_spread]).toBe(spread);
        expect(out[AT.order_book_imbalance]).toBe(imbalance);
      }),
      { numRuns: 300 },
    );
  });

  it('keep a leg that has since vanished at its last quote', () => {
    const stays = aLeg({ symbol: 'STAYS', best_bid: 10, best_ask: 11 });
    const gone = aLeg({ symbol: 'GONE', best_bid: 20, best_ask: 23 });
    expect(depthOf(windowOfLegs([[stays, gone], [stays]]))[AT.bid_ask_spread]).toBe(2);
  });

  it('look further back for a leg whose newest quote has one side only', () => {
    const now = aLeg({ symbol: 'LEG', best_bid: 10, best_ask: null });
    const before = aLeg({ symbol: 'LEG', best_bid: 10, best_ask: 14 });
    expect(depthOf(windowOfLegs([[before], [now]]))[AT.bid_ask_spread]).toBe(4);
  });
});
