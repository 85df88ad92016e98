import type { Leg } from '../../market/snapshot.ts';
import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureWindow } from '../window.ts';
import { round4 } from './arithmetic.ts';
import type { FeatureContext } from './context.ts';
import { AT } from './names.ts';

/** Quotes and best-level depth (FEATURES.md, 4.5). */
export const DEPTH: readonly FeatureSpec[] = [
  of(
    'bid_ask_spread',
    'rupees',
    'mean of ask - bid over every leg seen in the window, at its last known quote',
    41,
  ),
  of(
    'order_book_imbalance',
    '-1..1',
    'mean of (bid - ask quantity) / (bid + ask quantity) over the same quotes',
    41,
  ),
  of('depth_buy_total', 'quantity', 'sum of best-bid quantities of the ladder', 0),
  of('depth_sell_total', 'quantity', 'sum of best-ask quantities of the ladder', 0),
  of('depth_imbalance_ratio', '-1..1', '(buy - sell) / (buy + sell)', 0),
  of(
    'bid_ask_bounce_score',
    '-1..1',
    'mean over legs: +1 last price within 0.05 of the ask, else -1 of the bid',
    41,
  ),
];

function of(name: keyof typeof AT, unit: string, formula: string, lookBackMinutes: number): FeatureSpec {
  return {
    name,
    unit,
    formula,
    source: 'FEATURES.md 4.5',
    lookBackMinutes,
    missing: 'left out; 0 when none is known',
  };
}

const MIN_QUANTITY = 1e-6;
const BOUNCE_RUPEES = 0.05;

/** Writes the group's features. */
export function putDepth({ ladder, window }: FeatureContext, out: Float64Array): void {
  putQuoteAverages(window, out);
  const legs = [...ladder.calls.legs, ...ladder.puts.legs];
  let buy = 0;
  let sell = 0;
  for (const leg of legs) {
    buy += leg.bid_quantity ?? 0;
    sell += leg.ask_quantity ?? 0;
  }
  out[AT.depth_buy_total] = buy;
  out[AT.depth_sell_total] = sell;
  out[AT.depth_imbalance_ratio] = (buy - sell) / Math.max(buy + sell, MIN_QUANTITY);
  out[AT.bid_ask_bounce_score] = bounceScore(window, legs);
}

/** Averages over the newest two-sided quote of each leg of the window, also of legs that have since vanished. */
function putQuoteAverages({ snapshots }: FeatureWindow, out: Float64Array): void {
  const quoted = new Set<string>();
  // Legs of a newer snapshot that are all counted: chains keep their order, so most older legs are known by place.
  let settled: readonly Leg[] = [];
  let spread = 0;
  let imbalance = 0;
  for (let i = snapshots.length - 1; i >= 0; i -= 1) {
    const { legs } = snapshots[i]!;
    if (isSettled(legs, settled)) continue;
    let allCounted = true;
    for (const leg of legs) {
      if (quoted.has(leg.symbol)) continue;
      if (leg.best_bid === null || leg.best_ask === null) {
        allCounted = false;
        continue;
      }
      quoted.add(leg.symbol);
      spread += round4(leg.best_ask - leg.best_bid);
      imbalance += round4(imbalanceOf(leg));
    }
    if (allCounted) settled = legs;
  }
  out[AT.bid_ask_spread] = quoted.size === 0 ? 0 : spread / quoted.size;
  out[AT.order_book_imbalance] = quoted.size === 0 ? 0 : imbalance / quoted.size;
}

function isSettled(legs: readonly Leg[], settled: readonly Leg[]): boolean {
  if (legs.length > settled.length) return false;
  for (let at = 0; at < legs.length; at += 1) if (legs[at]!.symbol !== settled[at]!.symbol) return false;
  return true;
}

function imbalanceOf(leg: Leg): number {
  const bid = leg.bid_quantity ?? 0;
  const ask = leg.ask_quantity ?? 0;
  return bid + ask === 0 ? 0 : (bid - ask) / (bid + ask);
}

function bounceScore(window: FeatureWindow, legs: readonly Leg[]): number {
  let score = 0;
  let counted = 0;
  for (const leg of legs) {
    if (leg.best_bid === null || leg.best_ask === null) continue;
    const price = leg.ltp ?? lastPrice(window, leg.symbol);
    if (price === null) continue;
    const side = bounceSide(price, leg.best_bid, leg.best_ask);
    score += side;
    counted += Math.abs(side);
  }
  return counted === 0 ? 0 : score / counted;
}

function bounceSide(price: number, bid: number, ask: number): -1 | 0 | 1 {
  if (Math.abs(price - ask) < BOUNCE_RUPEES) return 1;
  return Math.abs(price - bid) < BOUNCE_RUPEES ? -1 : 0;
}

function lastPrice({ snapshots }: FeatureWindow, symbol: string): number | null {
  for (let i = snapshots.length - 1; i >= 0; i -= 1) {
    const price = snapshots[i]!.legs.find((leg) => leg.symbol === symbol)?.ltp ?? null;
    if (price !== null) return price;
  }
  return null;
}
