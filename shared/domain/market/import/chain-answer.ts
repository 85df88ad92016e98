import { NotFound, RejectedInput } from '../../../errors.ts';
import { lotSizeFor, nearestExpiry } from '../contract.ts';
import type { ExchangesRules } from '../exchange-rules.ts';
import type { ChainSnapshot, Exchange, Leg } from '../snapshot.ts';
import { ExpiryListing } from './expiry-plan.ts';
import { FOLLOWED, type ImportedMoment, importMoment } from './recorded-chain.ts';
import type { RecordedRow } from './recorded-row.ts';

/** One answer of an exchange's web API, read: OI and volume in lots as the exchanges give them. */
export interface ChainAnswer {
  readonly form: 'nse_2020' | 'nse_v3' | 'bse';
  /** Indian date and time, `YYYY-MM-DD HH:MM:SS`. */
  readonly timestamp: string;
  readonly symbol: string;
  /** All expiries of the underlying; undefined when the answer shows only the one that was asked for. */
  readonly listedExpiries: readonly string[] | undefined;
  readonly rows: readonly RecordedRow[];
}

/** The lot by which a chain's OI and volume became units, and whether the rules or its quotes say so. */
export interface LotUsed {
  readonly exchange: Exchange;
  readonly units: number;
  readonly from: 'rules' | 'quantities';
}

export interface ImportedAnswer extends ImportedMoment {
  readonly lots: readonly LotUsed[];
}

/**
 * The snapshots of one answer, by the same choice of expiries as a recorded chain, OI and volume turned from lots
 * into units. Where an answer shows one expiry only, the rules say which expiries its day had.
 * Throws RejectedInput when the rules do not know the day, the lot is unknown, or quotes contradict it.
 */
export function importAnswer(answer: ChainAnswer, rules: ExchangesRules): ImportedAnswer {
  const listing = new ExpiryListing();
  for (const row of answer.rows) listing.add(row);
  for (const expiry of answer.listedExpiries ?? expiriesByRule(answer, rules)) {
    listing.add({ timestamp: answer.timestamp, symbol: answer.symbol, expiry });
  }
  const moment = importMoment(answer.rows, listing);
  const lots = moment.snapshots.map((snapshot) => lotOf(snapshot, rules));
  return {
    ...moment,
    lots,
    snapshots: moment.snapshots.map((snapshot, index) => inUnits(snapshot, lots[index]!.units)),
  };
}

function expiriesByRule({ symbol, timestamp }: ChainAnswer, rules: ExchangesRules): string[] {
  const { nearest, monthly } = Object.hasOwn(FOLLOWED, symbol) ? FOLLOWED[symbol]! : {};
  const date = timestamp.slice(0, 10);
  return [nearest, monthly]
    .filter((exchange) => exchange !== undefined)
    .map((exchange) => orRejected(() => nearestExpiry(date, rules[exchange])));
}

/** Fewer quantities than this could share a divisor by chance. */
const LEAST_QUANTITIES = 30;

function lotOf({ exchange, expiry, legs }: ChainSnapshot, rules: ExchangesRules): LotUsed {
  const quantities = legs.flatMap((leg) => [leg.bid_quantity, leg.ask_quantity]).filter((each) => !!each);
  const units = lotByRule(expiry, exchange, rules);
  if (units !== undefined) {
    const odd = quantities.find((quantity) => quantity! % units !== 0);
    if (odd === undefined) return { exchange, units, from: 'rules' };
    throw wrongLot(`expected quantities in lots of ${units} for ${exchange} ${expiry}, was ${odd}`);
  }
  const divisor = quantities.reduce<number>((a, b) => greatestCommonDivisor(a, b!), 0);
  if (quantities.length >= LEAST_QUANTITIES && divisor > 1) {
    return { exchange, units: divisor, from: 'quantities' };
  }
  throw wrongLot(
    `expected the lot size of ${exchange} ${expiry}, was in neither the rules nor ${quantities.length} quantities`,
  );
}

function lotByRule(expiry: string, exchange: Exchange, rules: ExchangesRules): number | undefined {
  try {
    return lotSizeFor(expiry, rules[exchange]);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

function wrongLot(message: string): RejectedInput {
  return new RejectedInput(`${message}; correct lot_size in config/exchanges.json`, { field: 'lot_size' });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function inUnits(snapshot: ChainSnapshot, lot: number): ChainSnapshot {
  const units = (lots: number | null) => (lots === null ? null : lots * lot);
  const leg = (each: Leg): Leg => ({ ...each, oi: units(each.oi), volume: units(each.volume) });
  return { ...snapshot, legs: snapshot.legs.map(leg) };
}

function orRejected<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new RejectedInput(`timestamp: ${error.message}`, { field: 'timestamp', cause: error });
  }
}
