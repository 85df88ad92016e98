import { nearestStrike } from '../shared/domain/market/import/nearest-strike.ts';
import { optionSymbol } from '../shared/domain/market/import/option-symbol.ts';
import type { ChainSnapshot, Leg, Macro } from '../shared/domain/market/snapshot.ts';
import { black76 } from './black76.ts';
import type { ExchangeSpec, SessionTerms } from './exchange-spec.ts';
import type { FactorPath } from './factors.ts';
import type { Book, BookState } from './open-interest.ts';
import { closeBook, moveBook, openBook, PUBLISH_MINUTES, publish } from './open-interest.ts';
import type { Quote } from './quotes.ts';
import { halfSpread, quoteLeg, roundToTick, ticksToPrice } from './quotes.ts';
import { RandomStream } from './random.ts';
import { atmVolatility, expiryCollapse, smileVolatility } from './smile.ts';

import type { UnderlyingPath } from './underlying.ts';
import { UNDERLYINGS } from './underlying.ts';
import { ACTIVITY, minuteLots, sessionActivity } from './volume.ts';

const MINUTES_PER_YEAR = 365 * 1440;
const CARRY_PER_YEAR = 0.065;
/** The future's basis beyond carry, as a fraction of the price: per unit of hidden flow, and of noise. */
const BASIS_PER_FLOW = 1.5e-4;
const BASIS_PER_NOISE = 1e-4;
/** Implied volatility of calls rises and of puts falls by this much per unit of flow. */
const IV_PER_FLOW = 0.0005;
/** A quoted volatility moves with the last trade, within this bound, and is unknown where vega is gone. */
const MAX_IV_NOISE = 0.02;
const MIN_VEGA = 0.05;

/** A shift of what the features see, for the demo's drift scene. */
export interface DriftShift {
  /** Factor on realised volatility. Default 1. */
  readonly volatilityFactor?: number;
  /** Percentage points added to implied volatilities and India VIX. Default 0. */
  readonly ivShiftPct?: number;
  /** Factor on put open interest, and so on the put-call ratio of OI. Default 1. */
  readonly putOiFactor?: number;
}

export interface ChainOptions {
  readonly seed: number;
  readonly spec: ExchangeSpec;
  readonly date: string;
  readonly terms: SessionTerms;
  readonly factors: FactorPath;
  readonly path: UnderlyingPath;
  readonly macro: Macro;
  readonly drift: DriftShift;
  readonly start: BookState | undefined;
}

/** What stays the same through one chain's session, and its moving parts. */
interface Session extends ChainOptions {
  readonly strikes: readonly number[];
  readonly symbols: readonly string[];
  readonly book: Book;
  readonly quotes: readonly Quote[];
  readonly minuteLots: Float64Array;
  readonly dayLots: Float64Array;
  readonly quoteRandom: RandomStream;
  readonly flowRandom: RandomStream;
}

/** The values of one minute that every leg shares. */
interface Moment {
  readonly minute: number;
  readonly forward: number;
  readonly years: number;
  readonly atm: number;
  readonly flow: number;
  readonly widening: number;
}

/** The snapshots of one chain in one session, one a minute, and the open interest it hands to the next. */
export function simulateChain(options: ChainOptions): {
  readonly snapshots: readonly ChainSnapshot[];
  readonly end: BookState;
} {
  const session = openSession(options);
  const snapshots: ChainSnapshot[] = [];
  for (let minute = 0; minute < options.path.spot.length; minute++) {
    tradeMinute(session, minute);
    snapshots.push(snapshotAt(session, minute));
  }
  return { snapshots, end: closeBook(session.book, session.terms.expiry, session.strikes) };
}

function openSession(options: ChainOptions): Session {
  const { spec, terms, date, seed } = options;
  const { expiry } = terms;
  const strikes = sessionStrikes(terms, options.path.spot);
  const lastOfMonth = expiry === terms.monthlyExpiry;
  const name = `${spec.exchange}/${date}`;
  return {
    ...options,
    strikes,
    symbols: strikes.flatMap((strike) =>
      (['CE', 'PE'] as const).map((type) => optionSymbol(spec.underlying, expiry, lastOfMonth, strike, type)),
    ),
    book: openBook({
      seed,
      exchange: spec.exchange,
      expiry,
      strikes,
      strikeStep: terms.strikeStep,
      openPrice: options.path.spot[0]!,
      peakLots: ACTIVITY[spec.exchange].peakLots,
      start: options.start,
    }),
    quotes: strikes.flatMap(() => [emptyQuote(), emptyQuote()]),
    minuteLots: new Float64Array(strikes.length * 2),
    dayLots: new Float64Array(strikes.length * 2),
    quoteRandom: new RandomStream(seed, `quotes/${name}`),
    flowRandom: new RandomStream(seed, `flow/${name}`),
  };
}

function emptyQuote(): Quote {
  return { bidTicks: 0, askTicks: 0, lastTicks: 0, bidLots: 0, askLots: 0 };
}

/** Strikes quoted beyond the ladder, on each side. */
function strikesQuoted({ strikesPerSide }: SessionTerms): number {
  return strikesPerSide + Math.ceil(strikesPerSide / 5);
}

/** Every strike that comes within the quoted ladder at some minute of the session. */
function sessionStrikes(terms: SessionTerms, spot: Float64Array): number[] {
  const { strikeStep } = terms;
  const reach = strikesQuoted(terms) * strikeStep;
  const lowest = nearestStrike(Math.min(...spot), strikeStep) - reach;
  const highest = nearestStrike(Math.max(...spot), strikeStep) + reach;
  const count = Math.round((highest - lowest) / strikeStep) + 1;
  return Array.from({ length: count }, (_, i) => lowest + i * strikeStep);
}

/** Trades of one minute: volume at every strike, positions that follow, and their publication when it is due. */
function tradeMinute(session: Session, minute: number): void {
  const { spec, terms, path, book } = session;
  const done = minute / path.spot.length;
  const expiryDay = terms.expiry === session.date;
  const activity = sessionActivity(done, expiryDay, session.factors.volatility[minute]!);
  const atTheMoney = ACTIVITY[spec.exchange].lotsPerMinute * activity;
  for (let leg = 0; leg < session.minuteLots.length; leg++) {
    const distance = (session.strikes[leg >> 1]! - path.spot[minute]!) / terms.strikeStep;
    const lots = minuteLots(atTheMoney, distance, session.flowRandom);
    session.minuteLots[leg] = lots;
    session.dayLots[leg]! += lots;
  }
  moveBook(book, path.flow[minute]!, session.minuteLots, expiryDay ? done : 0, session.flowRandom);
  if (minute > 0 && minute % PUBLISH_MINUTES === 0) publish(book);
}

function snapshotAt(session: Session, minute: number): ChainSnapshot {
  const { spec, path, terms, date } = session;
  const spot = path.spot[minute]!;
  const clock = terms.openMinute + minute;
  const future = futurePrice(session, minute);
  const underlyingPrice = Number(spot.toFixed(2));
  const atmStrike = nearestStrike(underlyingPrice, terms.strikeStep);
  const moment = momentAt(session, minute, future);
  return {
    schema: 1,
    exchange: spec.exchange,
    timestamp: `${date}T${twoDigits(Math.floor(clock / 60))}:${twoDigits(clock % 60)}:00+05:30`,
    sequence: minute,
    expiry: terms.expiry,
    underlying_price: underlyingPrice,
    underlying_volume: null,
    atm_strike: atmStrike,
    future_price: roundToTick(future),
    future_oi: publishedFutureOi(session, minute),
    vix: Number((session.factors.vixPct[minute]! + (session.drift.ivShiftPct ?? 0)).toFixed(2)),
    macro: session.macro,
    legs: legsAt(session, moment, atmStrike),
  };
}

function momentAt(session: Session, minute: number, future: number): Moment {
  const { path, spec, terms } = session;
  const spot = path.spot[minute]!;
  const years = yearsLeft(session, minute, terms.expiry);
  const futureYears = yearsLeft(session, minute, terms.monthlyExpiry);
  const basis = future - carried(spot, futureYears);
  const left = 1 - minute / path.spot.length;
  const collapse = terms.expiry === session.date ? expiryCollapse(left) : 1;
  const longRun = UNDERLYINGS[spec.underlying].annualVolatility;
  const atm = atmVolatility(path.annualVolatility[minute]!, longRun, years) * collapse;
  return {
    minute,
    forward: carried(spot, years) + basis * Math.min(1, years / futureYears),
    years,
    atm: atm + (session.drift.ivShiftPct ?? 0) / 100,
    flow: path.flow[minute]!,
    widening: session.factors.volatility[minute]! * ACTIVITY[spec.exchange].spreadFactor,
  };
}

/** Years of calendar time from this minute to the close of the day of expiry. */
function yearsLeft(session: Session, minute: number, expiry: string): number {
  const days = (Date.parse(expiry) - Date.parse(session.date)) / 86_400_000;
  return (session.path.spot.length - minute + 1440 * days) / MINUTES_PER_YEAR;
}

function carried(spot: number, years: number): number {
  return spot * Math.exp(CARRY_PER_YEAR * years);
}

function futurePrice(session: Session, minute: number): number {
  const { path } = session;
  const spot = path.spot[minute]!;
  const basis = BASIS_PER_FLOW * path.flow[minute]! + BASIS_PER_NOISE * path.basisNoise[minute]!;
  return carried(spot, yearsLeft(session, minute, session.terms.monthlyExpiry)) + spot * basis;
}

function publishedFutureOi(session: Session, minute: number): number {
  const { lotSize } = session.terms;
  const published = minute - (minute % PUBLISH_MINUTES);
  return Math.round(session.path.futureOi[published]! / lotSize) * lotSize;
}

function legsAt(session: Session, moment: Moment, atmStrike: number): Leg[] {
  const { terms, strikes } = session;
  const legs: Leg[] = [];
  const reach = strikesQuoted(terms);
  const atmRow = Math.round((atmStrike - strikes[0]!) / terms.strikeStep);
  for (let row = 0; row < strikes.length; row++) {
    const strike = strikes[row]!;
    const z = Math.log(strike / moment.forward) / (moment.atm * Math.sqrt(moment.years));
    const volatility = smileVolatility(moment.atm, z);
    const quoted = Math.abs(row - atmRow) <= reach;
    for (const side of [0, 1] as const) {
      const leg = legAt(session, moment, row, side, z, volatility);
      if (quoted) legs.push(leg);
    }
  }
  return legs;
}

function legAt(session: Session, moment: Moment, row: number, side: 0 | 1, z: number, smile: number): Leg {
  const index = row * 2 + side;
  const strike = session.strikes[row]!;
  const volatility = smile + (side === 0 ? IV_PER_FLOW : -IV_PER_FLOW) * moment.flow;
  const value = black76(moment.forward, strike, volatility, moment.years);
  const mid = side === 0 ? value.call : value.put;
  const quote = session.quotes[index]!;
  const traded = session.minuteLots[index]! > 0 || moment.minute === 0;
  quoteLeg(quote, mid, halfSpread(mid, z, moment.widening), moment.flow, side, traded, session.quoteRandom);
  const lot = session.terms.lotSize;
  const putFactor = side === 1 ? (session.drift.putOiFactor ?? 1) : 1;
  return {
    symbol: session.symbols[index]!,
    strike,
    option_type: side === 0 ? 'CE' : 'PE',
    ltp: ticksToPrice(quote.lastTicks),
    oi: Math.round(session.book.publishedLots[index]! * putFactor) * lot,
    volume: session.dayLots[index]! * lot,
    iv: quotedVolatilityPct(volatility, ticksToPrice(quote.lastTicks) - mid, value.vega),
    best_bid: ticksToPrice(quote.bidTicks),
    best_ask: ticksToPrice(quote.askTicks),
    bid_quantity: quote.bidLots * lot,
    ask_quantity: quote.askLots * lot,
  };
}

/** The volatility that the last trade implies, to first order; null where the price no longer depends on it. */
function quotedVolatilityPct(volatility: number, mispricing: number, vega: number): number | null {
  if (vega < MIN_VEGA) return null;
  const noise = Math.max(-MAX_IV_NOISE, Math.min(MAX_IV_NOISE, mispricing / vega));
  return Number((100 * Math.max(0.01, volatility + noise)).toFixed(2));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
