import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { type Ladder, type LadderLeg, oiAt } from './ladder.ts';
import { placeBefore } from './look-back.ts';
import { usablePrice } from './usable-price.ts';

const RECENT_MINUTES = 15;
const RECENT = RECENT_MINUTES + 2;

/** Put-call balance of open interest and volume over the ladder. */
export const BALANCE = featureGroup(
  {
    pcr_oi: of('ratio', 'put OI / call OI, over strikes whose call and put are both known', 'oi'),
    pcr_volume: of(
      'ratio',
      'put volume / call volume of the day, over strikes whose call and put are both known',
      'volume',
    ),
    pcr_volume_15m: of(
      'ratio',
      'put / call volume of the last 15 minutes, over strikes whose call and put are both known',
      'volume',
      RECENT,
    ),
    call_itm_oi_share: of('frac', 'OI of calls struck below the underlying price / OI of all calls', 'oi'),
    put_itm_oi_share: of('frac', 'OI of puts struck above the underlying price / OI of all puts', 'oi'),
    call_turnover_15m: of('frac', 'call volume of the last 15 minutes / call OI', 'volume, oi', RECENT),
    put_turnover_15m: of('frac', 'put volume of the last 15 minutes / put OI', 'volume, oi', RECENT),
    call_oi_centre_pct: of(
      'pct',
      '100 x (mean call strike, weighted by OI / underlying price - 1)',
      'oi, strike',
    ),
    put_oi_centre_pct: of(
      'pct',
      '100 x (mean put strike, weighted by OI / underlying price - 1)',
      'oi, strike',
    ),
    ladder_coverage: {
      ...of('frac', 'contracts with OI and a usable price / contracts of a whole ladder', 'oi, quotes, ltp'),
      missing: 'none: 0 without a leg',
    },
  },
  balanceFeatures,
);

function of(unit: string, formula: string, source: string, lookBackMinutes = 0): Described {
  return {
    unit,
    formula,
    source,
    lookBackMinutes,
    missing: 'legs without a value are left out; NaN when the denominator is 0',
  };
}

function balanceFeatures({ window, ladder, ago, price }: ChainContext) {
  const now = ago.length - 1;
  const recent = placeBefore(ago, RECENT_MINUTES);
  const volume = ({ legs }: LadderLeg) => legs[now]?.volume ?? Number.NaN;
  const traded = (leg: LadderLeg) => tradedSince(leg, recent, now);
  const oi = (leg: LadderLeg) => oiAt(leg, now);
  const turnover = (side: readonly LadderLeg[]) => ratioOver(side, traded, oi);
  return {
    pcr_oi: putCallRatio(ladder, oi),
    pcr_volume: putCallRatio(ladder, volume),
    pcr_volume_15m: putCallRatio(ladder, traded),
    call_itm_oi_share: ratioOver(ladder.calls, (leg) => (leg.strike < price ? oi(leg) : 0), oi),
    put_itm_oi_share: ratioOver(ladder.puts, (leg) => (leg.strike > price ? oi(leg) : 0), oi),
    call_turnover_15m: turnover(ladder.calls),
    put_turnover_15m: turnover(ladder.puts),
    call_oi_centre_pct: 100 * (ratioOver(ladder.calls, (leg) => leg.strike * oi(leg), oi) / price - 1),
    put_oi_centre_pct: 100 * (ratioOver(ladder.puts, (leg) => leg.strike * oi(leg), oi) / price - 1),
    ladder_coverage: known([...ladder.calls, ...ladder.puts], now) / (4 * window.ladderSides + 2),
  };
}

function known(legs: readonly LadderLeg[], now: number): number {
  return legs.filter((leg) => !Number.isNaN(oiAt(leg, now) + usablePrice(leg.legs[now]))).length;
}

/** Volume counts up through the day; a fall is a fault of the source, and unknown. */
function tradedSince({ legs }: LadderLeg, from: number, to: number): number {
  const [before, now] = [legs[from]?.volume ?? Number.NaN, legs[to]?.volume ?? Number.NaN];
  return now >= before ? now - before : Number.NaN;
}

type Value = (leg: LadderLeg) => number;

/** Sum of `above` over sum of `below`, of the legs that have both; NaN when the latter is 0. */
function ratioOver(side: readonly LadderLeg[], above: Value, below: Value): number {
  let [top, bottom] = [0, 0];
  for (const leg of side) {
    const [a, b] = [above(leg), below(leg)];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    top += a;
    bottom += b;
  }
  return bottom > 0 ? top / bottom : Number.NaN;
}

function putCallRatio({ pairs }: Ladder, value: Value): number {
  let [puts, calls] = [0, 0];
  for (const [call, put] of pairs) {
    const [a, b] = [value(call), value(put)];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    calls += a;
    puts += b;
  }
  return calls > 0 ? puts / calls : Number.NaN;
}
