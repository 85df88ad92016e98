import { contractSeries, type LabelLeg } from '../labels/contract-series.ts';
import { freshPrices } from '../labels/fresh-price.ts';

/**
 * Prices of the calls, or the puts, of a ladder through a session: rupees a unit, NaN where there is none. One run of
 * minutes after the other by strike: strike `s` at minute `m` stands at `s * minutes + m`.
 */
export interface LegPrices {
  /** The last traded price while it is fresh (`labels/fresh-price.ts`), NaN otherwise. */
  readonly fresh: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
}

/** The recorded chain of one session that is traded: one expiry, one column of minutes. */
export interface SessionQuotes {
  /** Expiry of all its contracts, an Indian date. */
  readonly expiry: string;
  /** Minutes of the Indian day at which the chain was observed, rising. */
  readonly minutes: Int32Array;
  /** At-the-money strike of each such minute; NaN where none was recorded. */
  readonly atmStrike: Float64Array;
  /** Every strike that was seen in the session, rising. */
  readonly strikes: Float64Array;
  readonly calls: LegPrices;
  readonly puts: LegPrices;
}

/** One observation of the chain. */
export interface QuotedMinute {
  readonly minute: number;
  readonly atmStrike: number;
  readonly legs: readonly LabelLeg[];
}

/**
 * Lays out a session's observations, by rising minute, all of one expiry. None give null: the chain was not recorded.
 * Example: `sessionQuotes('2026-01-27', rows)?.calls.bid[0]` is the lowest strike's bid in the first minute.
 */
export function sessionQuotes(expiry: string, rows: readonly QuotedMinute[]): SessionQuotes | null {
  if (rows.length === 0) return null;
  const contractAt = contractSeries(rows.map(({ atmStrike, legs }) => ({ expiry, atmStrike, legs })));
  const strikes = Float64Array.from(
    new Set(rows.flatMap(({ legs }) => legs.map(({ strike }) => strike))),
  ).sort();
  const minutes = Int32Array.from(rows, (row) => row.minute);
  const clock = Float64Array.from(minutes);
  const side = (optionType: 'CE' | 'PE'): LegPrices => {
    const prices = emptyPrices(strikes.length * rows.length);
    for (const [s, strike] of strikes.entries()) {
      const series = contractAt(expiry, strike, optionType);
      if (series === undefined) continue;
      prices.fresh.set(freshPrices(series, clock), s * rows.length);
      prices.bid.set(series.bid, s * rows.length);
      prices.ask.set(series.ask, s * rows.length);
    }
    return prices;
  };
  const atmStrike = Float64Array.from(rows, (row) => row.atmStrike);
  return { expiry, minutes, atmStrike, strikes, calls: side('CE'), puts: side('PE') };
}

function emptyPrices(length: number): LegPrices {
  const column = () => new Float64Array(length).fill(Number.NaN);
  return { fresh: column(), bid: column(), ask: column() };
}
