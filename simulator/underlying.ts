import type { UnderlyingName } from './exchange-spec.ts';
import type { FactorPath } from './factors.ts';
import { REGIMES } from './factors.ts';
import { RandomStream } from './random.ts';

interface Character {
  readonly startPrice: number;
  /** Long-run volatility a year, as a fraction. */
  readonly annualVolatility: number;
  /** Correlation of its minute returns with the market-wide shock. */
  readonly marketCorrelation: number;
  readonly futureOiUnits: number;
}

export const UNDERLYINGS: Readonly<Record<UnderlyingName, Character>> = {
  NIFTY: { startPrice: 25_900, annualVolatility: 0.12, marketCorrelation: 0.97, futureOiUnits: 15_000_000 },
  SENSEX: { startPrice: 84_600, annualVolatility: 0.12, marketCorrelation: 0.96, futureOiUnits: 400_000 },
  BANKNIFTY: {
    startPrice: 58_800,
    annualVolatility: 0.145,
    marketCorrelation: 0.85,
    futureOiUnits: 1_900_000,
  },
};

const DAYS_PER_YEAR = 252;
/** Share of a day's variance that falls into the session; the rest is the overnight gap. */
const SESSION_VARIANCE = 0.75;
/** Mean life of the hidden flow in minutes. */
export const FLOW_LIFE_MINUTES = 15;
const FLOW_MEMORY = Math.exp(-1 / FLOW_LIFE_MINUTES);
const FLOW_FRESH = Math.sqrt(1 - FLOW_MEMORY ** 2);
const FLOW_COMMON = Math.SQRT1_2;
const BASIS_MEMORY = 0.9;
const PIN_MINUTES = 90;

export interface UnderlyingState {
  readonly price: number;
  readonly date: string;
  readonly logFutureOi: number;
}

export interface UnderlyingPath {
  /** Unrounded index points. */
  readonly spot: Float64Array;
  /** The hidden flow: mean 0, variance 1, mean life FLOW_LIFE_MINUTES; positive is bullish. */
  readonly flow: Float64Array;
  /** Volatility a year, as a fraction, without the time of day. */
  readonly annualVolatility: Float64Array;
  /** Standard deviation of the return that led to this minute, as a fraction. */
  readonly minuteVolatility: Float64Array;
  /** Noise of the future's basis, standard deviation about 1. */
  readonly basisNoise: Float64Array;
  /** Open interest of the nearest future in units, not yet rounded to lots. */
  readonly futureOi: Float64Array;
  readonly end: UnderlyingState;
}

export interface UnderlyingOptions {
  readonly seed: number;
  readonly name: UnderlyingName;
  readonly date: string;
  readonly factors: FactorPath;
  /** Shift of the expected one-minute return, in one-minute standard deviations per unit of flow; 0 = none. */
  readonly edge: number;
  /** Factor on realised volatility (1 = none); the demo's drift scene uses 3. */
  readonly volatilityFactor: number;
  /** Points between strikes when an expiry of this underlying falls on the date: prices then linger at strikes. */
  readonly pinStep: number | undefined;
  readonly start: UnderlyingState | undefined;
}

/**
 * One session of an underlying, minute by minute. With `edge` 0 returns are a martingale difference (up to a
 * regime drift of a few percent a year): nothing known at a minute says anything on later returns. With `edge` e
 * the return into minute t+1 has mean e * sigma * flow(t), so that the correlation of flow with the next 15
 * minutes' return is about 2.5 * e for small e.
 */
export function simulateUnderlying(options: UnderlyingOptions): UnderlyingPath {
  const { factors, name, date } = options;
  const minutes = factors.shock.length;
  const random = new RandomStream(options.seed, `underlying/${name}/${date}`);
  const path = emptyPath(minutes);
  const character = UNDERLYINGS[name];
  const state = options.start ?? firstState(character, date);
  let price = state.price;
  let logFutureOi = state.logFutureOi;
  let flow = random.normal();
  let basis = random.normal();
  for (let minute = 0; minute < minutes; minute++) {
    const annual = character.annualVolatility * factors.volatility[minute]! * options.volatilityFactor;
    const sigma =
      minute === 0 ? gapVolatility(annual, state.date, date) : minuteSigma(annual, minute, minutes);
    const damped = sigma * pinDamping(options.pinStep, price, minutes - minute);
    const shock = mix(character.marketCorrelation, factors.shock[minute]!, random.normal());
    const drift =
      driftOf(factors.regime[minute]!, minutes) + options.edge * flow * (minute === 0 ? 0 : damped);
    price *= Math.exp(drift + damped * shock - damped ** 2 / 2);
    flow = FLOW_MEMORY * flow + FLOW_FRESH * mix(FLOW_COMMON, factors.flowShock[minute]!, random.normal());
    basis = BASIS_MEMORY * basis + Math.sqrt(1 - BASIS_MEMORY ** 2) * random.normal();
    logFutureOi += 0.0002 * flow + 0.0004 * random.normal();
    path.spot[minute] = price;
    path.flow[minute] = flow;
    path.annualVolatility[minute] = annual;
    path.minuteVolatility[minute] = damped;
    path.basisNoise[minute] = basis;
    path.futureOi[minute] = Math.exp(logFutureOi);
  }
  return { ...path, end: { price, date, logFutureOi } };
}

function firstState(character: Character, date: string): UnderlyingState {
  return { price: character.startPrice, date, logFutureOi: Math.log(character.futureOiUnits) };
}

function mix(correlation: number, common: number, own: number): number {
  return correlation * common + Math.sqrt(1 - correlation ** 2) * own;
}

function driftOf(regime: number, minutes: number): number {
  return REGIMES[regime]!.annualDrift / (DAYS_PER_YEAR * minutes);
}

/** Activity is high at the open, low at lunch, higher towards the close; mean square about 1. */
function minuteSigma(annual: number, minute: number, minutes: number): number {
  const x = minute / minutes;
  const timeOfDay = 0.78 + 0.9 * Math.exp(-x / 0.07) + 0.45 * x ** 4;
  return annual * timeOfDay * Math.sqrt(SESSION_VARIANCE / (DAYS_PER_YEAR * minutes));
}

function gapVolatility(annual: number, previousDate: string, date: string): number {
  const nights = (Date.parse(date) - Date.parse(previousDate)) / 86_400_000;
  return (
    annual * Math.sqrt(((1 - SESSION_VARIANCE) * Math.sqrt(Math.min(Math.max(nights, 1), 9))) / DAYS_PER_YEAR)
  );
}

/**
 * Dealers long gamma damp the moves close to a strike on expiry afternoon: the price lingers there without being
 * pulled, so that a pin is no planted edge.
 */
function pinDamping(pinStep: number | undefined, price: number, minutesLeft: number): number {
  if (pinStep === undefined || minutesLeft > PIN_MINUTES) return 1;
  const strength = 0.7 * Math.min(1, 1.5 * (1 - minutesLeft / PIN_MINUTES));
  const distance = Math.abs(price / pinStep - Math.round(price / pinStep));
  return 1 - strength * Math.exp(-((distance / 0.18) ** 2));
}

function emptyPath(minutes: number): Omit<UnderlyingPath, 'end'> {
  const column = () => new Float64Array(minutes);
  return {
    spot: column(),
    flow: column(),
    annualVolatility: column(),
    minuteVolatility: column(),
    basisNoise: column(),
    futureOi: column(),
  };
}
