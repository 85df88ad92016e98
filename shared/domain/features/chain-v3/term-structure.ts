import type { Exchange } from '../../market/snapshot.ts';
import type { FeatureWindow } from '../window.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { type Smile, smileOf } from './smile.ts';

/** The other chain of the same underlying: weekly against monthly. */
export const TERM_SIBLING: Readonly<Record<Exchange, Exchange | null>> = {
  NSE: 'NSE_MONTHLY',
  NSE_MONTHLY: 'NSE',
  BSE: null,
  BANKNIFTY_MONTHLY: null,
};

/** A chain of another index with an expiry of the same kind. */
export const INDEX_SIBLING: Readonly<Record<Exchange, Exchange>> = {
  NSE: 'BSE',
  BSE: 'NSE',
  NSE_MONTHLY: 'BANKNIFTY_MONTHLY',
  BANKNIFTY_MONTHLY: 'NSE_MONTHLY',
};

/** Of another chain the strikes within 1 % of its price: its step and width need not be known. */
const SIBLING_WIDTH = 0.01;
const WEEK_YEARS = 7 / 365;

/** At-the-money volatility across expiries and indices; of other chains the last snapshot of an earlier minute. */
export const TERM_STRUCTURE = featureGroup(
  {
    term_slope_pct: of('pct points', 'at-the-money IV of the later expiry - that of the nearer one'),
    forward_iv_pct: of(
      'pct',
      'volatility from the nearer expiry to the later one: root of (v2 t2 - v1 t1) / (t2 - t1), v = IV^2',
    ),
    atm_iv_7d_pct: of('pct', 'at-the-money IV at 7 days, by a straight line in IV^2 x time'),
    cross_index_iv_spread: of(
      'pct points',
      'at-the-money IV - that of the other index (NSE with BSE, NSE_MONTHLY with BANKNIFTY_MONTHLY)',
    ),
  },
  ({ window, smile }: ChainContext) => {
    const term = siblingOf(window, TERM_SIBLING[window.exchange]);
    const other = siblingOf(window, INDEX_SIBLING[window.exchange]);
    return {
      ...termFeatures(smile, term === null || term.expiry === window.expiry ? null : term.smile),
      cross_index_iv_spread:
        other === null ? Number.NaN : 100 * (smile.atmVolatility - other.smile.atmVolatility),
    };
  },
);

function of(unit: string, formula: string): Described {
  return {
    unit,
    formula,
    source: 'legs of this and a sibling chain',
    lookBackMinutes: 0,
    missing: 'NaN without a sibling of the last 10 minutes with another expiry, or without IV',
  };
}

function siblingOf({ siblings }: FeatureWindow, name: Exchange | null) {
  const sibling = name === null ? undefined : siblings[name];
  if (sibling === undefined) return null;
  const { legs, expiry, underlying_price: underlyingPrice } = sibling.snapshot;
  const { timestampMs } = sibling;
  const halfWidth = SIBLING_WIDTH * underlyingPrice;
  return { expiry, smile: smileOf({ legs, timestampMs, expiry, underlyingPrice, halfWidth }) };
}

function termFeatures(own: Smile, other: Smile | null) {
  if (other === null) {
    return { term_slope_pct: Number.NaN, forward_iv_pct: Number.NaN, atm_iv_7d_pct: Number.NaN };
  }
  const [near, far] = other.years < own.years ? [other, own] : [own, other];
  const [nearVariance, farVariance] = [
    near.atmVolatility ** 2 * near.years,
    far.atmVolatility ** 2 * far.years,
  ];
  const varianceAYear = (farVariance - nearVariance) / (far.years - near.years);
  const isBetween = near.years <= WEEK_YEARS && WEEK_YEARS <= far.years;
  const weekVariance = nearVariance + varianceAYear * (WEEK_YEARS - near.years);
  return {
    term_slope_pct: 100 * (far.atmVolatility - near.atmVolatility),
    forward_iv_pct: 100 * Math.sqrt(varianceAYear),
    atm_iv_7d_pct: isBetween ? 100 * Math.sqrt(weekVariance / WEEK_YEARS) : Number.NaN,
  };
}
