import { RandomStream } from './random.ts';

/** A regime of the hidden Markov chain: a level of volatility and a drift too small to trade on. */
export interface Regime {
  readonly name: 'calm' | 'normal' | 'stressed';
  /** Factor on the volatility of every underlying. */
  readonly volatility: number;
  /** Expected return a year, as a fraction. */
  readonly annualDrift: number;
}

export const REGIMES: readonly Regime[] = [
  { name: 'calm', volatility: 0.75, annualDrift: 0.06 },
  { name: 'normal', volatility: 1, annualDrift: 0 },
  { name: 'stressed', volatility: 1.7, annualDrift: -0.1 },
];
/** Chance a minute of leaving a regime, downwards and upwards in volatility: a regime lasts about a session. */
const LEAVE = [
  { down: 0, up: 0.0025 },
  { down: 0.0012, up: 0.0008 },
  { down: 0.003, up: 0 },
] as const;

const LEVEL_REVERSION = 0.03;
const LEVERAGE = 0.006;
const JUMP_CHANCE = 0.03;
const JUMP_SCALE = 2.5;
const JUMP_NORMALISER = Math.sqrt(1 + JUMP_CHANCE * (JUMP_SCALE ** 2 - 1));
/** The long-run volatility that India VIX refers to, and what buyers of options pay above it. */
const VIX_BASE_PCT = 12.5;
const VIX_PREMIUM = 1.1;

/** What is left of the market-wide factors at the end of a session. */
export interface FactorState {
  readonly regime: number;
  readonly logVolatility: number;
}

/** One session of the factors that all underlyings share, one entry a minute. */
export interface FactorPath {
  /** Index into REGIMES. */
  readonly regime: Uint8Array;
  /** Factor on every underlying's volatility. */
  readonly volatility: Float64Array;
  /** Market-wide return innovation, mean 0, variance 1, fat-tailed; entry 0 is the overnight one. */
  readonly shock: Float64Array;
  /** Market-wide innovation of the hidden flow, standard normal. */
  readonly flowShock: Float64Array;
  /** India VIX in percent, tied to the volatility factor. */
  readonly vixPct: Float64Array;
  readonly end: FactorState;
}

/** The market-wide part of one session of `minutes` minutes; without a state the chain starts in the long run. */
export function simulateFactors(
  seed: number,
  date: string,
  minutes: number,
  start: FactorState | undefined,
): FactorPath {
  const random = new RandomStream(seed, `factors/${date}`);
  const path = emptyPath(minutes);
  let regime = start?.regime ?? firstRegime(random.uniform());
  let logVolatility = start?.logVolatility ?? Math.log(REGIMES[regime]!.volatility);
  for (let minute = 0; minute < minutes; minute++) {
    regime = nextRegime(regime, random.uniform());
    const shock = fatTailed(random);
    const pull = LEVEL_REVERSION * (Math.log(REGIMES[regime]!.volatility) - logVolatility);
    logVolatility += pull - LEVERAGE * shock + LEVERAGE * random.normal();
    path.regime[minute] = regime;
    path.shock[minute] = shock;
    path.volatility[minute] = Math.exp(logVolatility);
    path.flowShock[minute] = random.normal();
    path.vixPct[minute] = vixPct(Math.exp(logVolatility));
  }
  return { ...path, end: { regime, logVolatility } };
}

/** Thirty-day variance: half of it as it is now, half the long run. */
function vixPct(volatility: number): number {
  return VIX_BASE_PCT * VIX_PREMIUM * Math.sqrt(0.5 * volatility ** 2 + 0.5);
}

function fatTailed(random: RandomStream): number {
  const scale = random.uniform() < JUMP_CHANCE ? JUMP_SCALE : 1;
  return (scale * random.normal()) / JUMP_NORMALISER;
}

function firstRegime(uniform: number): number {
  return uniform < 0.3 ? 0 : uniform < 0.82 ? 1 : 2;
}

function nextRegime(regime: number, uniform: number): number {
  const { down, up } = LEAVE[regime]!;
  if (uniform < down) return regime - 1;
  return uniform > 1 - up ? regime + 1 : regime;
}

function emptyPath(minutes: number): Omit<FactorPath, 'end'> {
  return {
    regime: new Uint8Array(minutes),
    volatility: new Float64Array(minutes),
    shock: new Float64Array(minutes),
    flowShock: new Float64Array(minutes),
    vixPct: new Float64Array(minutes),
  };
}
