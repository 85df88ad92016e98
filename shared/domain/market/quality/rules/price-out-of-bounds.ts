import { timeToExpirySeconds } from '../../moneyness.ts';
import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legsFinding, shown } from '../wording.ts';

const SECONDS_PER_YEAR = 365 * 86_400;

/**
 * A price lies outside what no-arbitrage allows a European option on an index: max(S - K, 0) to S for a call,
 * max(K / (1 + r t) - S, 0) to K for a put, with the policy's room on both ends.
 */
export function priceOutOfBounds({ now, legs, policy }: QualityContext): QualityFinding | null {
  const { underlying_price: spot, expiry } = now.snapshot;
  const { rate_pct, share, legs: least } = policy.price_out_of_bounds;
  const years = timeToExpirySeconds(now.ms, expiry) / SECONDS_PER_YEAR;
  const growth = 1 + (rate_pct / 100) * years;
  const room = share * spot;
  const broken = legs.flatMap((leg) => {
    const [low, high] = boundsOf(leg, spot, growth);
    const wrong = pricesOf(leg).find((price) => price < low - room || price > high + room);
    if (wrong === undefined) return [];
    return [{ leg, why: `expected ${shown(low)} to ${shown(high)} (room ${shown(room)}), was ${wrong}` }];
  });
  return legsFinding('price_out_of_bounds', 'ltp', broken, legs.length, least);
}

function boundsOf({ strike, option_type }: Leg, spot: number, growth: number): readonly [number, number] {
  if (option_type === 'CE') return [Math.max(spot - strike, 0), spot];
  return [Math.max(strike / growth - spot, 0), strike];
}

/** The last price, and the middle of a two-sided quote. */
function pricesOf({ ltp, best_bid, best_ask }: Leg): number[] {
  const prices = ltp === null ? [] : [ltp];
  if (best_bid && best_ask) prices.push((best_bid + best_ask) / 2);
  return prices;
}
