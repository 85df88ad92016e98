import { exchangesRules } from '../../shared/config/exchanges.ts';
import type { LabelLeg } from '../../shared/domain/labels/contract-series.ts';
import type { LabelInput } from '../../shared/domain/labels/label-day.ts';
import type { ExchangeRules } from '../../shared/domain/market/exchange-rules.ts';
import { istMs } from '../../shared/domain/market/indian-time.ts';
import { randomOf } from './session.ts';

/** Closes at 15:30; the nearest NIFTY contract expires on 2025-12-09 and has 75 units a lot. */
export const LABEL_DATE = '2025-12-04';
export const OPEN_MINUTE = 555;
export const CLOSE_MINUTE = 930;
/** Minutes of the whole session, the one of the close included. */
export const SESSION_MINUTES = 376;

export const nseRules = (): ExchangeRules => exchangesRules().NSE;

export interface LabelDayOptions {
  readonly date?: string;
  readonly expiry?: string;
  readonly minutes?: number;
  readonly firstMinute?: number;
  readonly seed?: number;
  /** One-minute move of the spot at most, as a fraction. */
  readonly move?: number;
  /** Minutes (after the first row) that have no row. */
  readonly isLost?: (minute: number) => boolean;
}

/** A random walk of NIFTY chains, one a minute from the open, quoted throughout. Rows are named `row-<minute>`. */
export function labelInputs(options: LabelDayOptions = {}): LabelInput[] {
  const { date = LABEL_DATE, expiry = '2025-12-09', minutes = SESSION_MINUTES, seed = 1 } = options;
  const { firstMinute = OPEN_MINUTE, move = 0.001, isLost = () => false } = options;
  const random = randomOf(seed);
  let price = 26_000;
  const book = new Map<string, { oi: number; volume: number }>();
  return Array.from({ length: minutes }, (_, minute) => {
    price *= 1 + (random() - 0.5) * 2 * move;
    const atmStrike = Math.round(price / 50) * 50;
    return {
      uid: `row-${minute}`,
      timestampMs: istMs(date, firstMinute + minute) + Math.floor(random() * 50_000),
      underlyingPrice: price,
      expiry,
      atmStrike,
      legs: legsAt(price, atmStrike, minute, random, book),
    };
  }).filter((_, minute) => minute === 0 || !isLost(minute));
}

function legsAt(
  price: number,
  atmStrike: number,
  minute: number,
  random: () => number,
  book: Map<string, { oi: number; volume: number }>,
): LabelLeg[] {
  const strikes = Array.from({ length: 17 }, (_, at) => atmStrike + (at - 8) * 50);
  return strikes.flatMap((strike) =>
    (['CE', 'PE'] as const).map((option_type) => {
      const key = `${strike}${option_type}`;
      const state = book.get(key) ?? { oi: 750_000, volume: 0 };
      book.set(key, state);
      state.volume += 75 + Math.floor(random() * 1000);
      if (minute % 3 === 0) state.oi += 75 * Math.floor((random() - 0.4) * 100);
      const intrinsic = Math.max(0, option_type === 'CE' ? price - strike : strike - price);
      const ltp = Math.round((intrinsic + 60 + random() * 5) * 20) / 20;
      return {
        strike,
        option_type,
        ltp,
        oi: state.oi,
        volume: state.volume,
        best_bid: ltp - 0.1,
        best_ask: ltp + 0.1,
      };
    }),
  );
}

/** The same row with one contract's leg changed; every leg of the strike and type. */
export function withLeg(
  row: LabelInput,
  strike: number,
  optionType: 'CE' | 'PE',
  changes: Partial<LabelLeg>,
): LabelInput {
  const legs = row.legs.map((leg) =>
    leg.strike === strike && leg.option_type === optionType ? { ...leg, ...changes } : leg,
  );
  return { ...row, legs };
}
