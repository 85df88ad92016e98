import { MOMENT_FROM, millsMoment } from './mills-moment.ts';
import { millsRatio } from './mills-ratio.ts';

const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);
/** Up to this half deviation and log-moneyness the difference of Mills' ratios is summed as a series. */
const SERIES_HALF_DEVIATION = 0.75;
const SERIES_LOG_MONEYNESS = 4;
const LAST_ORDER = 40;
const TERM_FLOOR = 1e-17;
/** At n: 1 / ((n + 1)(n + 2)). */
const STEP_FACTORS = Float64Array.from({ length: LAST_ORDER }, (_, n) => 1 / ((n + 1) * (n + 2)));

/**
 * Price of an out-of-the-money option in Black's model over the root of forward times strike
 * (Jaeckel, Let's Be Rational, 2016, eq. 2.1): exp(x/2) Phi(x/s + s/2) - exp(-x/2) Phi(x/s - s/2).
 * Accurate to a few ulp times max(1, |d ln b / d ln s|). s = 0 gives 0; grows with s up to exp(x/2).
 *
 * @param x - log-moneyness ln(forward / strike) of the call, at most 0
 * @param s - total deviation, volatility times the root of time, at least 0
 * @example normalisedBlack(0, 0.2) // 0.07965567455405798, which is 2 Phi(0.1) - 1
 */
export function normalisedBlack(x: number, s: number): number {
  if (s === 0) return 0;
  const h = x / s;
  const t = s / 2;
  if (isHigh(h, t)) return Math.exp(x / 2) - normalisedVega(h, t) * shortfallOverVega(h, t);
  return normalisedVega(h, t) * priceOverVega(h, t);
}

/** Derivative of the normalised price by s, at h = x / s and t = s / 2: the normal density at both. */
export function normalisedVega(h: number, t: number): number {
  return Math.exp(-0.5 * (h * h + t * t)) * DENSITY_AT_ZERO;
}

/** Whether the price is best had from its distance to the maximum exp(x/2). */
export function isHigh(h: number, t: number): boolean {
  return h + t > 0 && t > SERIES_HALF_DEVIATION;
}

/** (exp(x/2) - price) / vega where `isHigh`: a sum, so the distance keeps all digits. */
export function shortfallOverVega(h: number, t: number): number {
  return millsRatio(h + t) + millsRatio(t - h);
}

/**
 * Price over vega where not `isHigh`: the difference of Mills' ratios at -h - t and t - h. It needs no exponential,
 * so it is finite where price and vega have both underflown.
 */
export function priceOverVega(h: number, t: number): number {
  const isSeries = t <= SERIES_HALF_DEVIATION && -2 * h * t <= SERIES_LOG_MONEYNESS;
  return isSeries ? differenceSeries(-h, t) : millsRatio(-h - t) - millsRatio(t - h);
}

/**
 * M(u - t) - M(u + t) as 2 sum I(2k+1) t^(2k+1) / (2k+1)!, with I(n) the integral of v^n exp(-uv - v^2/2) over v > 0:
 * I(0) = M(u), I(1) = 1 - u M(u), I(n+1) = n I(n-1) - u I(n). Every term is positive.
 */
function differenceSeries(u: number, t: number): number {
  const isNear = u < MOMENT_FROM;
  const start = isNear ? millsRatio(u) : millsMoment(u);
  let even = isNear ? start : (1 - start) / u;
  let odd = isNear ? 1 - u * start : start;
  const first = odd;
  let power = 1;
  let rest = 0;
  for (let n = 1; n < LAST_ORDER; n += 2) {
    even = n * even - u * odd;
    odd = (n + 1) * odd - u * even;
    power *= t * t * STEP_FACTORS[n]!;
    const term = odd * power;
    rest += term;
    if (!(term > TERM_FLOOR * first)) break;
  }
  return 2 * t * (first + rest);
}
