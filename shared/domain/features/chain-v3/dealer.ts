import { greeks } from '../../market/volatility/greeks.ts';
import type { ChainContext } from './context.ts';
import { gammaFlip, type NetPosition } from './gamma-flip.ts';
import { type Described, featureGroup } from './group.ts';
import { oiAt } from './ladder.ts';
import { type Smile, volatilityNear } from './smile.ts';

const CRORE = 1e7;
const DAY_YEARS = 1 / 365;

/**
 * What dealers must trade as the market moves, if customers sold the calls and bought the puts, so that dealers are
 * long every open call and short every open put: the usual convention, an assumption about who holds what. Over
 * strikes whose call and put OI are both known; volatility is held by strike.
 */
export const DEALER = featureGroup(
  {
    dealer_gamma_crore: of(
      'crore rupees per 1 %',
      'sum of (call OI - put OI) x gamma x forward^2 / 100: delta gained when the underlying rises by 1 %',
    ),
    dealer_vanna_crore: of(
      'crore rupees per vol point',
      'sum of (call OI - put OI) x vanna x forward / 100: delta gained when volatility rises by a point',
    ),
    dealer_charm_crore: of(
      'crore rupees',
      'sum of (call OI - put OI) x charm x forward x min(1 / 365, years): delta gained in a calendar day, or to expiry',
    ),
    dealer_gamma_balance: of('-1..1', 'dealer gamma / the same with call OI + put OI'),
    gamma_flip_level: of(
      'index points',
      'underlying price nearest to now, within the ladder, at which dealer gamma changes its sign',
      'NaN when it does not within the ladder',
    ),
    gamma_flip_pct: of(
      'pct',
      '100 x (gamma flip level / underlying price - 1)',
      'NaN when dealer gamma does not change its sign within the ladder',
    ),
    gamma_flip_sigma: of(
      'sigma',
      '(gamma flip level - underlying price) / one deviation to expiry',
      'NaN when dealer gamma does not change its sign within the ladder',
    ),
  },
  (context: ChainContext) => {
    const { smile, price, sigmaPoints } = context;
    const positions = netPositions(context);
    const level = gammaFlip(positions, smile) * (price / smile.forward);
    return {
      ...exposures(positions, smile),
      gamma_flip_level: level,
      gamma_flip_pct: 100 * (level / price - 1),
      gamma_flip_sigma: (level - price) / sigmaPoints,
    };
  },
);

function of(
  unit: string,
  formula: string,
  missing = 'NaN without OI of both sides, volatility or time',
): Described {
  return { unit, formula, source: 'oi; greeks of Black (1976) on the smile', lookBackMinutes: 0, missing };
}

function netPositions({ ladder, ago, smile }: ChainContext): NetPosition[] {
  const now = ago.length - 1;
  return ladder.pairs.flatMap(([call, put]) => {
    const [calls, puts] = [oiAt(call, now), oiAt(put, now)];
    const volatility = volatilityNear(smile, call.strike);
    if (Number.isNaN(calls + puts + volatility)) return [];
    return { strike: call.strike, volatility, net: calls - puts, gross: calls + puts };
  });
}

function exposures(positions: readonly NetPosition[], { forward, years }: Smile) {
  const sums = { gamma: 0, grossGamma: 0, vanna: 0, charm: 0 };
  let known = 0;
  for (const { strike, volatility, net, gross } of positions) {
    // Undiscounted, a call and a put of one strike have the same gamma, vanna and charm.
    const one = greeks({ optionType: 'CE', forward, strike, years }, volatility);
    if (typeof one === 'string') continue;
    known += 1;
    sums.gamma += net * one.gamma;
    sums.grossGamma += gross * one.gamma;
    sums.vanna += net * one.vanna;
    sums.charm += net * one.charm;
  }
  const crore = (rupees: number) => (known > 0 ? rupees / CRORE : Number.NaN);
  return {
    dealer_gamma_crore: crore((sums.gamma * forward * forward) / 100),
    dealer_vanna_crore: crore((sums.vanna * forward) / 100),
    // On the last day a rate per day would speak of time that there is not.
    dealer_charm_crore: crore(sums.charm * forward * Math.min(DAY_YEARS, years)),
    dealer_gamma_balance: sums.gamma / sums.grossGamma,
  };
}
