import { contextOf } from '../../shared/domain/features/chain-v3/context.ts';
import type { FeatureGroup } from '../../shared/domain/features/chain-v3/group.ts';
import {
  type FeatureWindow,
  timelineOf,
  type WindowContext,
  windowAt,
} from '../../shared/domain/features/window.ts';
import { epochMs, istMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import { expiryMs } from '../../shared/domain/market/moneyness.ts';
import type { Exchange, Leg, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { black76Price } from '../../shared/domain/market/volatility/black76.ts';
import { aLeg, aStoredSnapshot } from './snapshot.ts';
import { someTerms } from './window.ts';

/** What a chain is priced by. Everything has a plain default; functions take the minute since 09:15. */
export interface PricedChain {
  readonly exchange?: Exchange;
  readonly date?: string;
  readonly expiry?: string;
  readonly minute?: number;
  readonly price?: number;
  /** Index points of the forward over the underlying. */
  readonly carry?: number;
  /** Fraction per root year, by strike. */
  readonly volatility?: (strike: number) => number;
  readonly step?: number;
  readonly sides?: number;
  /** Changes single legs once they are priced; null drops the leg. */
  readonly leg?: (leg: Leg) => Leg | null;
  readonly overrides?: Partial<StoredSnapshot>;
}

/** A snapshot whose quotes lie 0.1 either side of Black's price, so that every implied volatility is known. */
export function aPricedSnapshot(chain: PricedChain = {}): StoredSnapshot {
  const {
    exchange = 'NSE',
    date = '2025-12-04',
    expiry = '2025-12-09',
    minute = 200,
    price = 26_000,
  } = chain;
  const { carry = 20, volatility = () => 0.12, step = 50, sides = 5, leg = (one: Leg) => one } = chain;
  const timestamp = utcIso(istMs(date, 555 + minute));
  const years = (expiryMs(expiry) - epochMs(timestamp)) / (365 * 1440 * MINUTE_MS);
  const atmStrike = Math.round(price / step) * step;
  const legs = Array.from({ length: 2 * sides + 1 }, (_, i) => atmStrike + (i - sides) * step).flatMap(
    (strike) =>
      (['CE', 'PE'] as const).flatMap((optionType) => {
        const option = { optionType, forward: price + carry, strike, years };
        const middle = black76Price(option, volatility(strike));
        return leg(quotedAround(middle, strike, optionType)) ?? [];
      }),
  );
  return aStoredSnapshot({
    exchange,
    timestamp,
    expiry,
    underlying_price: price,
    atm_strike: atmStrike,
    future_price: price + carry,
    legs,
    ...chain.overrides,
  });
}

function quotedAround(middle: number, strike: number, optionType: 'CE' | 'PE'): Leg {
  return aLeg({
    strike,
    option_type: optionType,
    ltp: middle,
    best_bid: middle > 0.1 ? middle - 0.1 : 0,
    best_ask: middle + 0.1,
  });
}

/** One priced snapshot a minute from `from` to `to` (minutes since 09:15), by what `at` says of each. */
export function aPricedSession(from: number, to: number, at: (minute: number) => PricedChain = () => ({})) {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    aPricedSnapshot({ minute: from + i, ...at(from + i) }),
  );
}

/** The window of chain-v3 over all of some snapshots, on the terms of NSE unless told otherwise. */
export function windowOver(
  snapshots: readonly StoredSnapshot[],
  context: WindowContext = {},
  terms = someTerms({ exchange: snapshots[0]!.exchange }),
): FeatureWindow {
  return windowAt(timelineOf(snapshots), snapshots.length - 1, terms, 61, context);
}

/** The values of one group of chain-v3 by name. */
export function valuesOf(group: FeatureGroup, window: FeatureWindow): Record<string, number> {
  const out = new Float64Array(group.specs.length);
  group.put(contextOf(window), out, 0);
  return Object.fromEntries(group.specs.map(({ name }, i) => [name, out[i]!]));
}
