import type { ChainSession } from './chain-session.ts';
import { atmVolatility, expiryCollapse } from './smile.ts';
import { UNDERLYINGS } from './underlying.ts';
import { ACTIVITY } from './volume.ts';

const MINUTES_PER_YEAR = 365 * 1440;
const CARRY_PER_YEAR = 0.065;
/** The future's basis beyond carry, as a fraction of the price: per unit of hidden flow, and of noise. */
const BASIS_PER_FLOW = 1.5e-4;
const BASIS_PER_NOISE = 1e-4;

/** The values of one minute that every leg shares. */
export interface Moment {
  /** Minutes since the open. */
  readonly minute: number;
  /** Forward of the chain's expiry in points. */
  readonly forward: number;
  /** Calendar time to expiry. */
  readonly years: number;
  /** At-the-money volatility a year, as a fraction. */
  readonly atm: number;
  /** The hidden flow, mean 0 and variance 1. */
  readonly flow: number;
  /** Factor on bid-ask spreads. */
  readonly widening: number;
}

/** Forward, volatility and time left at one minute. */
export function momentAt(session: ChainSession, minute: number, futurePoints: number): Moment {
  const { path, spec, terms } = session;
  const spot = path.spot[minute]!;
  const years = yearsLeft(session, minute, terms.expiry);
  const futureYears = yearsLeft(session, minute, terms.monthlyExpiry);
  const basis = futurePoints - carried(spot, futureYears);
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

/** Price of the nearest monthly future in points: carry, the mark of the hidden flow, and noise. */
export function futurePrice(session: ChainSession, minute: number): number {
  const { path } = session;
  const spot = path.spot[minute]!;
  const basis = BASIS_PER_FLOW * path.flow[minute]! + BASIS_PER_NOISE * path.basisNoise[minute]!;
  return carried(spot, yearsLeft(session, minute, session.terms.monthlyExpiry)) + spot * basis;
}

/** Years of calendar time from this minute to the close of the day of expiry. */
function yearsLeft(session: ChainSession, minute: number, expiry: string): number {
  const days = (Date.parse(expiry) - Date.parse(session.date)) / 86_400_000;
  return (session.path.spot.length - minute + 1440 * days) / MINUTES_PER_YEAR;
}

function carried(spot: number, years: number): number {
  return spot * Math.exp(CARRY_PER_YEAR * years);
}
