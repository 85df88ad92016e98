import { MINUTE_MS } from '../../market/indian-time.ts';
import type { FeatureNeeds, FeatureSet, FeatureVector } from '../feature-set.ts';
import type { FeatureWindow } from '../window.ts';
import { BALANCE } from './balance.ts';
import { BUILD_UP } from './build-up.ts';
import { CLOCK } from './clock.ts';
import { contextOf, LOOK_BACK_MINUTES } from './context.ts';
import { DAYS } from './days.ts';
import { DEALER } from './dealer.ts';
import { FUTURE } from './future.ts';
import { MACRO } from './macro.ts';
import { OI_CHANGE } from './oi-change.ts';
import { PRICE } from './price.ts';
import { QUOTES } from './quotes.ts';
import { TERM_STRUCTURE } from './term-structure.ts';
import { VOLATILITY } from './volatility.ts';
import { WALLS } from './walls.ts';

/** Fewer minutes of the session than this give no vector; features that look further back are NaN until then. */
const REQUIRED_MINUTES = 15;

/** The other chain of the same underlying, for the term structure, and one of another index. */
const NEEDS: FeatureNeeds = {
  siblings: {
    NSE: ['NSE_MONTHLY', 'BSE'],
    BSE: ['NSE'],
    NSE_MONTHLY: ['NSE', 'BANKNIFTY_MONTHLY'],
    BANKNIFTY_MONTHLY: ['NSE_MONTHLY'],
  },
  priorDays: true,
};

const GROUPS = [
  BALANCE,
  OI_CHANGE,
  BUILD_UP,
  WALLS,
  VOLATILITY,
  TERM_STRUCTURE,
  DEALER,
  PRICE,
  DAYS,
  FUTURE,
  QUOTES,
  CLOCK,
  MACRO,
];
const CATALOGUE = GROUPS.flatMap((group) => group.specs);

/**
 * The tracker's ideas as an options desk would define them: NaN for missing, never 0 or Infinity. A pure function of
 * the window. What each of the tracker's questionable definitions became: docs/decisions/0018-chain-v3.md.
 */
export function computeChainV3(window: FeatureWindow): FeatureVector {
  const [firstMs, nowMs] = [window.timestampsMs[0]!, window.timestampsMs.at(-1)!];
  if (nowMs - firstMs < (REQUIRED_MINUTES - 1) * MINUTE_MS) return { error: 'insufficient_history' };
  const context = contextOf(window);
  const features = new Float64Array(CATALOGUE.length);
  let start = 0;
  for (const group of GROUPS) {
    group.put(context, features, start);
    start += group.specs.length;
  }
  for (let i = 0; i < features.length; i += 1) features[i] = finite(features[i]!);
  const { last } = context;
  return {
    features,
    extras: {
      underlying_price: last.underlying_price,
      underlying_future_price: last.future_price ?? Number.NaN,
      underlying_future_oi: last.future_oi ?? Number.NaN,
    },
  };
}

/** An undefined result is one NaN, whatever made it; no negative zero, so that equal values have equal bits. */
function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}

/** The feature set `chain-v3`. */
export const CHAIN_V3: FeatureSet = {
  id: 'chain-v3',
  catalogue: CATALOGUE,
  requiredHistoryMinutes: REQUIRED_MINUTES,
  windowMinutes: LOOK_BACK_MINUTES + 1,
  needs: NEEDS,
  compute: computeChainV3,
};
