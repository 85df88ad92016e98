import { boughtAt, soldAt } from '../backtest/option-entry.ts';
import type { OptionPolicy } from '../backtest/option-policy.ts';
import { type OptionTerms, optionTerms } from '../backtest/option-terms.ts';
import { type LegPrices, sessionQuotes } from '../backtest/session-quotes.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { epochMs, minuteOfDay } from '../market/indian-time.ts';
import type { Leg, StoredSnapshot } from '../market/snapshot.ts';

/** One observation of the traded chain: the last snapshot of its minute. */
export interface Observation {
  /** Time at the exchange, epoch milliseconds. */
  readonly atMs: number;
  /** When it was first known, by the earlier of the exchange's clock and ours. */
  readonly knownMs: number;
  /** Minute of the Indian day. */
  readonly minute: number;
}

/** A contract through the session so far; prices in rupees a unit, NaN where nobody knows. */
export interface ContractTape {
  /** Indian date. */
  readonly expiry: string;
  /** When it was first known of. */
  readonly firstKnownMs: number;
  /** Null where a term of the date is not known. */
  readonly terms: OptionTerms | null;
  /** Whether its chain was seen at an observation. */
  isSeen(atMs: number): boolean;
  /** What a unit could be bought and sold at there, by the prices that labels and backtest have. */
  buyAt(atMs: number): number;
  sellAt(atMs: number): number;
}

/** A session of the traded chain as it was recorded so far. */
export interface Tape {
  readonly observations: readonly Observation[];
  /** Undefined for a contract that was not in the chain. */
  contract(symbol: string): ContractTape | undefined;
  /** Terms of the session for contracts of an expiry, in the chain or not; null where one is not known. */
  terms(expiry: string): OptionTerms | null;
}

interface TapeTerms {
  readonly date: string;
  readonly rules: ExchangeRules;
  readonly policy: OptionPolicy;
}

/** @param rows - each minute's last snapshot of the chain, by time */
export function sessionTape(rows: readonly StoredSnapshot[], { date, rules, policy }: TapeTerms): Tape {
  const terms = remembered((expiry: string) => optionTerms(date, expiry, rules, policy));
  return {
    observations: rows.map((row) => ({
      atMs: epochMs(row.timestamp),
      knownMs: knownMs(row),
      minute: minuteOfDay(epochMs(row.timestamp)),
    })),
    contract: remembered((symbol: string) => contractTape(symbol, rows, terms)),
    terms,
  };
}

function knownMs({ timestamp, recorded_at }: StoredSnapshot): number {
  return Math.min(epochMs(timestamp), epochMs(recorded_at));
}

function contractTape(
  symbol: string,
  rows: readonly StoredSnapshot[],
  termsOf: (expiry: string) => OptionTerms | null,
): ContractTape | undefined {
  const first = rows.find(({ legs }) => legs.some((one) => one.symbol === symbol));
  const leg = first?.legs.find((one) => one.symbol === symbol);
  if (first === undefined || leg === undefined) return undefined;
  const { expiry } = first;
  const chain = rows.filter((row) => row.expiry === expiry);
  const quotes = quotesOf(expiry, leg, chain);
  const rowOf = new Map(chain.map(({ timestamp }, row) => [epochMs(timestamp), row]));
  const terms = termsOf(expiry);
  const priceAt = (atMs: number, price: (legs: LegPrices, row: number, terms: OptionTerms) => number) => {
    const row = rowOf.get(atMs);
    return row === undefined || terms === null ? Number.NaN : price(quotes, row, terms);
  };
  return {
    expiry,
    firstKnownMs: knownMs(first),
    terms,
    isSeen: (atMs) => rowOf.has(atMs),
    buyAt: (atMs) => priceAt(atMs, boughtAt),
    sellAt: (atMs) => priceAt(atMs, soldAt),
  };
}

/** The contract's columns: its strike is the only one. */
function quotesOf(expiry: string, { strike, option_type }: Leg, chain: readonly StoredSnapshot[]): LegPrices {
  const rows = chain.map(({ timestamp, atm_strike, legs }) => ({
    minute: minuteOfDay(epochMs(timestamp)),
    atmStrike: atm_strike,
    legs: legs.filter((one) => one.strike === strike && one.option_type === option_type),
  }));
  // The chain has at least the row that the contract was found in.
  const { calls, puts } = sessionQuotes(expiry, rows)!;
  return option_type === 'CE' ? calls : puts;
}

function remembered<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as Value;
  };
}
