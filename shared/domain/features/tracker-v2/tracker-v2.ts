import { type FeatureSet, type FeatureSpec, type FeatureVector, NO_NEEDS } from '../feature-set.ts';
import { type FeatureWindow, WINDOW_MINUTES } from '../window.ts';
import { BALANCE, putBalance } from './balance.ts';
import { CLOCK, putClock } from './clock.ts';
import { contextOf } from './context.ts';
import { DEALER, putDealer } from './dealer.ts';
import { DEPTH, putDepth } from './depth.ts';
import { FUTURE, putFuture } from './future.ts';
import { IMPLIED_VOLATILITY, putImpliedVolatility } from './implied-volatility.ts';
import { MACRO, putMacro } from './macro.ts';
import { TRACKER_V2_NAMES } from './names.ts';
import { OI_CHANGE, putOiChange } from './oi-change.ts';
import { PRICE, putPrice } from './price.ts';
import { priceSeries } from './series.ts';

/** Fewer minutes of underlying prices than this give no vector. */
const REQUIRED_MINUTES = 30;

const SPECS = new Map(
  [BALANCE, OI_CHANGE, IMPLIED_VOLATILITY, DEALER, DEPTH, PRICE, FUTURE, CLOCK, MACRO]
    .flat()
    .map((spec): [string, FeatureSpec] => [spec.name, spec]),
);

/** In this order, because the future group reads pcr_total_oi and realized_vol_5m. */
const GROUPS = [
  putBalance,
  putOiChange,
  putImpliedVolatility,
  putDealer,
  putDepth,
  putPrice,
  putFuture,
  putClock,
  putMacro,
];

/**
 * The tracker's 78 features, exactly as the tracker computes them, questionable ones included, as a pure function of
 * the window. Undefined results are 0, Infinity stays. Source: design text FEATURES.md, sections 2 to 4.
 */
export function computeTrackerV2(window: FeatureWindow): FeatureVector {
  const series = priceSeries(window);
  if (series.lengthMinutes < REQUIRED_MINUTES) return { error: 'insufficient_history' };
  const context = contextOf(window, series);
  const features = new Float64Array(TRACKER_V2_NAMES.length);
  for (const put of GROUPS) put(context, features);
  for (let i = 0; i < features.length; i += 1) features[i] = features[i]! || 0;
  const { last, futurePrice } = context;
  return {
    features,
    extras: {
      underlying_price: last.underlying_price,
      underlying_future_price: futurePrice,
      underlying_future_oi: last.future_oi ?? 0,
    },
  };
}

/** The feature set `tracker-v2`. */
export const TRACKER_V2: FeatureSet = {
  id: 'tracker-v2',
  catalogue: TRACKER_V2_NAMES.map((name) => SPECS.get(name)!),
  requiredHistoryMinutes: REQUIRED_MINUTES,
  windowMinutes: WINDOW_MINUTES,
  needs: NO_NEEDS,
  compute: computeTrackerV2,
};
