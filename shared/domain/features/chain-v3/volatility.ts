import { normalCdf } from '../../../stats/normal-cdf.ts';
import { type ChainContext, smileAt } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { BRIDGED_MINUTES, CARRIED_MINUTES, lastKnown, placeBefore } from './look-back.ts';
import { realisedVolatilityPct } from './realised.ts';
import { medianSlope } from './robust.ts';
import type { Smile } from './smile.ts';

const SLOPE_DEVIATIONS = 1.5;
const SLOPE_STRIKES = 4;

/** The chain's own implied volatility: its level, its change, its shape, and what it costs over the realised. */
export const VOLATILITY = featureGroup(
  {
    atm_iv_pct: of('pct', 'implied volatility at the parity forward'),
    atm_iv_change_5m: change(5),
    atm_iv_change_30m: change(30),
    risk_reversal_25_pct: of('pct points', 'call IV - put IV, each at a delta of 25 %'),
    butterfly_25_pct: of('pct points', 'mean of call and put IV at a delta of 25 % - at-the-money IV'),
    risk_reversal_40_pct: of('pct points', 'call IV - put IV, each at a delta of 40 %'),
    skew_slope: of(
      'pct points/sigma',
      'median slope of IV over ln(strike / forward) / (at-the-money IV x root time), within 1.5 either side',
    ),
    expected_move_pct: of('pct', 'at-the-money IV x root of the time to expiry'),
    vix_pct: {
      ...of('pct', 'newest known volatility index of the last 5 minutes'),
      source: 'vix',
      lookBackMinutes: CARRIED_MINUTES,
      missing: 'NaN without one above 0',
    },
    atm_iv_less_vix: {
      ...of('pct points', 'atm_iv_pct - vix_pct'),
      source: 'legs, vix',
      lookBackMinutes: CARRIED_MINUTES,
    },
    vol_risk_premium_60m: {
      ...of('pct points', 'atm_iv_pct - realised_vol_60m_pct: both a year, both in percent'),
      source: 'legs, underlying_price',
      lookBackMinutes: 60,
    },
  },
  (context: ChainContext) => {
    const { smile, window, ago } = context;
    const atmPct = 100 * smile.atmVolatility;
    const [call25, put25] = [volatilityAtDelta(smile, 'CE', 0.25), volatilityAtDelta(smile, 'PE', 0.25)];
    const [call40, put40] = [volatilityAtDelta(smile, 'CE', 0.4), volatilityAtDelta(smile, 'PE', 0.4)];
    const vix = lastKnown(window, ago, 'vix');
    return {
      atm_iv_pct: atmPct,
      atm_iv_change_5m: changeOver(context, 5),
      atm_iv_change_30m: changeOver(context, 30),
      risk_reversal_25_pct: 100 * (call25 - put25),
      butterfly_25_pct: 100 * ((call25 + put25) / 2 - smile.atmVolatility),
      risk_reversal_40_pct: 100 * (call40 - put40),
      skew_slope: slopeOf(smile),
      expected_move_pct: atmPct * Math.sqrt(smile.years),
      vix_pct: vix,
      atm_iv_less_vix: atmPct - vix,
      vol_risk_premium_60m: atmPct - realisedVolatilityPct(context, 60),
    };
  },
);

function of(unit: string, formula: string): Described {
  return {
    unit,
    formula,
    source: 'best_bid, best_ask, ltp; Black (1976), Jaeckel (2015)',
    lookBackMinutes: 0,
    missing: 'NaN where the ladder has no volatility on both sides of the point',
  };
}

function change(minutes: number): Described {
  return {
    ...of('pct points', `atm_iv_pct - the one ${minutes} minutes earlier`),
    lookBackMinutes: minutes + BRIDGED_MINUTES,
  };
}

function changeOver({ smile, window, ago }: ChainContext, minutes: number): number {
  const place = placeBefore(ago, minutes);
  return place < 0 ? Number.NaN : 100 * (smile.atmVolatility - smileAt(window, place).atmVolatility);
}

/**
 * Volatility of the option out of the money whose forward delta has this size, between the two strikes around it by
 * a straight line in delta; NaN where the ladder does not reach. Wystup, FX Options and Structured Products (2006).
 */
export function volatilityAtDelta(smile: Smile, optionType: 'CE' | 'PE', size: number): number {
  const { forward, strikes, volatilities } = smile;
  const isCall = optionType === 'CE';
  let [nearDelta, nearVolatility] = [Number.NaN, Number.NaN];
  for (let step = 0; step < strikes.length; step += 1) {
    const at = isCall ? step : strikes.length - 1 - step;
    const volatility = volatilities[at]!;
    const deviation = volatility * Math.sqrt(smile.years);
    const d1 = Math.log(forward / strikes[at]!) / deviation + deviation / 2;
    const delta = normalCdf(isCall ? d1 : -d1);
    if (delta <= size) {
      if (!(nearDelta >= size)) return delta === size ? volatility : Number.NaN;
      return volatility + ((size - delta) / (nearDelta - delta)) * (nearVolatility - volatility);
    }
    [nearDelta, nearVolatility] = [delta, volatility];
  }
  return Number.NaN;
}

function slopeOf({ forward, strikes, volatilities, atmVolatility, years }: Smile): number {
  const deviation = atmVolatility * Math.sqrt(years);
  const [moneyness, pct]: [number[], number[]] = [[], []];
  for (let i = 0; i < strikes.length; i += 1) {
    const deviations = Math.log(strikes[i]! / forward) / deviation;
    if (!(Math.abs(deviations) <= SLOPE_DEVIATIONS)) continue;
    moneyness.push(deviations);
    pct.push(100 * volatilities[i]!);
  }
  return medianSlope(moneyness, pct, SLOPE_STRIKES);
}
