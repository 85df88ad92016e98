import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { type LadderLeg, oiAt } from './ladder.ts';
import { SLACK_MINUTES, type Span, STALE_MINUTES, spanOver } from './publications.ts';
import { usablePrice } from './usable-price.ts';

const MINUTES = 15;
const LOOK_BACK = MINUTES + STALE_MINUTES + SLACK_MINUTES + 3;

/** Which share of each side's open interest was built up or unwound over 15 minutes, by whom it seems. */
export const BUILD_UP = featureGroup(
  {
    call_long_build_up: of('call', 'price and OI rose'),
    call_short_build_up: of('call', 'price fell, OI rose'),
    call_long_unwinding: of('call', 'price and OI fell'),
    call_short_covering: of('call', 'price rose, OI fell'),
    put_long_build_up: of('put', 'price and OI rose'),
    put_short_build_up: of('put', 'price fell, OI rose'),
    put_long_unwinding: of('put', 'price and OI fell'),
    put_short_covering: of('put', 'price rose, OI fell'),
  },
  ({ ladder: { calls, puts }, ago, publications }: ChainContext) => {
    const span = spanOver(publications, ago, MINUTES);
    const [call, put] = [sharesOf(calls, span), sharesOf(puts, span)];
    return {
      call_long_build_up: call.longBuildUp,
      call_short_build_up: call.shortBuildUp,
      call_long_unwinding: call.longUnwinding,
      call_short_covering: call.shortCovering,
      put_long_build_up: put.longBuildUp,
      put_short_build_up: put.shortBuildUp,
      put_long_unwinding: put.longUnwinding,
      put_short_covering: put.shortCovering,
    };
  },
);

function of(side: string, condition: string): Described {
  return {
    unit: 'frac',
    formula: `share of ${side} OI in legs whose ${condition} between publications 15 minutes or more apart`,
    source: 'oi, best_bid, best_ask, ltp',
    lookBackMinutes: LOOK_BACK,
    missing: 'legs without OI and price at both ends are left out; NaN when none is left',
  };
}

/** Fractions of the open interest of the legs that are known at both ends; what did not move is in none. */
function sharesOf(side: readonly LadderLeg[], span: Span | null) {
  const shares = { longBuildUp: 0, shortBuildUp: 0, longUnwinding: 0, shortCovering: 0 };
  let total = 0;
  if (span !== null) {
    for (const leg of side) {
      const oi = oiAt(leg, span.to);
      const oiChange = oi - oiAt(leg, span.from);
      const priceChange = usablePrice(leg.legs[span.to]) - usablePrice(leg.legs[span.from]);
      if (Number.isNaN(oiChange) || Number.isNaN(priceChange)) continue;
      total += oi;
      if (oiChange === 0 || priceChange === 0) continue;
      shares[className(priceChange > 0, oiChange > 0)] += oi;
    }
  }
  const share = (oi: number) => (total > 0 ? oi / total : Number.NaN);
  return {
    longBuildUp: share(shares.longBuildUp),
    shortBuildUp: share(shares.shortBuildUp),
    longUnwinding: share(shares.longUnwinding),
    shortCovering: share(shares.shortCovering),
  };
}

function className(priceRose: boolean, oiRose: boolean) {
  if (oiRose) return priceRose ? 'longBuildUp' : 'shortBuildUp';
  return priceRose ? 'shortCovering' : 'longUnwinding';
}
