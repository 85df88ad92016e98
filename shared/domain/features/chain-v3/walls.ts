import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { type Ladder, type LadderLeg, oiAt } from './ladder.ts';

/** Strikes that open interest makes special: where option holders lose most, and where most of it stands. */
export const WALLS = featureGroup(
  {
    max_pain_pct: of('pct', 'max pain strike / underlying price - 1'),
    max_pain_sigma: of('sigma', '(max pain strike - underlying price) / one deviation to expiry'),
    call_wall_pct: of(
      'pct',
      'strike of the most call OI at or above the underlying price / underlying price - 1',
    ),
    call_wall_sigma: of('sigma', '(call wall - underlying price) / one deviation to expiry'),
    call_wall_share: of('frac', 'call OI at the call wall / call OI of the ladder'),
    put_wall_pct: of(
      'pct',
      'strike of the most put OI at or below the underlying price / underlying price - 1',
    ),
    put_wall_sigma: of('sigma', '(put wall - underlying price) / one deviation to expiry'),
    put_wall_share: of('frac', 'put OI at the put wall / put OI of the ladder'),
  },
  ({ ladder, ago, price, sigmaPoints }: ChainContext) => {
    const now = ago.length - 1;
    const pain = maxPain(ladder.pairs, now);
    const calls = wallOf(ladder.calls, now, (strike) => strike >= price);
    const puts = wallOf(ladder.puts.toReversed(), now, (strike) => strike <= price);
    const pct = (strike: number) => 100 * (strike / price - 1);
    const sigma = (strike: number) => (strike - price) / sigmaPoints;
    return {
      max_pain_pct: pct(pain),
      max_pain_sigma: sigma(pain),
      call_wall_pct: pct(calls.strike),
      call_wall_sigma: sigma(calls.strike),
      call_wall_share: calls.share,
      put_wall_pct: pct(puts.strike),
      put_wall_sigma: sigma(puts.strike),
      put_wall_share: puts.share,
    };
  },
);

function of(unit: string, formula: string): Described {
  const source = unit === 'sigma' ? 'oi, strike; at-the-money volatility' : 'oi, strike';
  const missing = unit === 'sigma' ? 'NaN without OI, volatility or time' : 'NaN without OI';
  return { unit, formula, source, lookBackMinutes: 0, missing };
}

/**
 * The strike at which the options of both sides would expire worth least in all, of the strikes whose call and put
 * OI are known; the lowest of equals. NaN for none, or no OI.
 */
function maxPain(pairs: Ladder['pairs'], now: number): number {
  const known = pairs
    .map(([call, put]) => ({ strike: call.strike, calls: oiAt(call, now), puts: oiAt(put, now) }))
    .filter(({ calls, puts }) => !Number.isNaN(calls + puts));
  let [best, least, total] = [Number.NaN, Number.POSITIVE_INFINITY, 0];
  for (const { strike: settlement, calls, puts } of known) {
    total += calls + puts;
    let payout = 0;
    for (const other of known) {
      payout += other.calls * Math.max(0, settlement - other.strike);
      payout += other.puts * Math.max(0, other.strike - settlement);
    }
    if (payout < least) [best, least] = [settlement, payout];
  }
  return total > 0 ? best : Number.NaN;
}

/** The strike of the most OI among those that pass, the first of equals, and its share of the whole side. */
function wallOf(side: readonly LadderLeg[], now: number, passes: (strike: number) => boolean) {
  let [strike, most, total] = [Number.NaN, 0, 0];
  for (const leg of side) {
    const oi = oiAt(leg, now);
    if (Number.isNaN(oi)) continue;
    total += oi;
    if (passes(leg.strike) && oi > most) [strike, most] = [leg.strike, oi];
  }
  return { strike, share: most > 0 ? most / total : Number.NaN };
}
