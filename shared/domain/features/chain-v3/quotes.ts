import type { Leg } from '../../market/snapshot.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import type { LadderLeg } from './ladder.ts';
import { BRIDGED_MINUTES, placeBefore } from './look-back.ts';
import { median } from './robust.ts';
import { isQuoted } from './usable-price.ts';

/** A quote that has kept both prices and both quantities for so long has been left behind. */
const STALE_QUOTE_MINUTES = 5;
const NEAR_STRIKES = 2.5;

/** Quotes of the ladder: two-sided, not crossed, not left behind. Medians over legs. */
export const QUOTES = featureGroup(
  {
    spread_ticks: of('ticks', 'median of (ask - bid) / tick'),
    spread_bps: of('bps', 'median of 1e4 x (ask - bid) / middle'),
    near_spread_bps: of('bps', 'the same over the five strikes nearest to the underlying price'),
    call_quote_imbalance: of('-1..1', 'median of (bid - ask) / (bid + ask) quantity over calls'),
    put_quote_imbalance: of('-1..1', 'median of (bid - ask) / (bid + ask) quantity over puts'),
    trade_location: of(
      '-1..1',
      'median over legs of where the last price lies: -1 at or below the bid, 1 at the ask',
    ),
    quote_coverage: of('frac', 'legs with such a quote / legs of the ladder', 'NaN without a leg'),
  },
  ({ window, ladder, ago, price }: ChainContext) => {
    const past = placeBefore(ago, STALE_QUOTE_MINUTES);
    const [calls, puts] = [quotedLegs(ladder.calls, past), quotedLegs(ladder.puts, past)];
    const quoted = [...calls, ...puts];
    const near = quoted.filter(({ strike }) => Math.abs(strike - price) <= NEAR_STRIKES * window.strikeStep);
    return {
      spread_ticks: median(quoted.map((leg) => (leg.best_ask! - leg.best_bid!) / window.tickRupees)),
      spread_bps: median(quoted.map(spreadBps)),
      near_spread_bps: median(near.map(spreadBps)),
      call_quote_imbalance: median(calls.map(imbalance)),
      put_quote_imbalance: median(puts.map(imbalance)),
      trade_location: median(quoted.map(location)),
      quote_coverage: quoted.length / (ladder.calls.length + ladder.puts.length),
    };
  },
);

function of(unit: string, formula: string, missing = 'NaN without such a quote'): Described {
  return {
    unit,
    formula,
    source: 'best_bid, best_ask, bid_quantity, ask_quantity, ltp',
    lookBackMinutes: STALE_QUOTE_MINUTES + BRIDGED_MINUTES,
    missing,
  };
}

function quotedLegs(side: readonly LadderLeg[], past: number): Leg[] {
  return side.flatMap(({ legs }) => {
    const leg = legs.at(-1)!;
    return isQuoted(leg) && !isLeftBehind(leg, legs[past]) ? leg : [];
  });
}

function isLeftBehind(now: Leg, before: Leg | undefined): boolean {
  return (
    before !== undefined &&
    now.bid_quantity !== null &&
    now.ask_quantity !== null &&
    now.best_bid === before.best_bid &&
    now.best_ask === before.best_ask &&
    now.bid_quantity === before.bid_quantity &&
    now.ask_quantity === before.ask_quantity
  );
}

function spreadBps({ best_bid: bid, best_ask: ask }: Leg): number {
  return (2e4 * (ask! - bid!)) / (ask! + bid!);
}

function imbalance({ bid_quantity: bid, ask_quantity: ask }: Leg): number {
  return bid === null || ask === null || bid + ask === 0 ? Number.NaN : (bid - ask) / (bid + ask);
}

function location({ best_bid: bid, best_ask: ask, ltp }: Leg): number {
  if (ltp === null || ask! === bid!) return Number.NaN;
  const place = (2 * ltp - bid! - ask!) / (ask! - bid!);
  return Math.min(1, Math.max(-1, place));
}
