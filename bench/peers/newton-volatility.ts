import { millsRatio } from '../../shared/stats/mills-ratio.ts';
import { normalDensity } from '../../shared/stats/normal-density.ts';

/**
 * The tracker's implied volatility, written plainly: Black-Scholes on the spot at 10 %, Newton steps from 20 % until the
 * price is within the tolerance (the tracker's is 0.0001), at most 100 of them. A fraction, or null where it has none.
 */
export function newtonVolatility(
  optionType: 'CE' | 'PE',
  spot: number,
  strike: number,
  years: number,
  price: number,
  tolerance = TOLERANCE,
): number | null {
  if (!(spot > 0 && strike > 0 && years > 0 && price > 0)) return null;
  if (price < Math.max(0, optionType === 'CE' ? spot - strike : strike - spot)) return null;
  const present = strike * Math.exp(-RATE * years);
  const root = Math.sqrt(years);
  let sigma = FIRST_GUESS;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const d1 = (Math.log(spot / strike) + (RATE + (sigma * sigma) / 2) * years) / (sigma * root);
    const call = spot * normalBelow(d1) - present * normalBelow(d1 - sigma * root);
    const gap = price - (optionType === 'CE' ? call : call - spot + present);
    if (Math.abs(gap) < tolerance) return sigma;
    const vega = (spot * root * Math.exp(-0.5 * d1 * d1)) / Math.sqrt(2 * Math.PI);
    if (vega < LEAST_VEGA) return null;
    sigma += gap / vega;
    if (sigma <= 0) sigma = LEAST_SIGMA;
  }
  return null;
}

const RATE = 0.1;
const FIRST_GUESS = 0.2;
const TOLERANCE = 1e-4;
const MOST_STEPS = 100;
const LEAST_VEGA = 1e-6;
const LEAST_SIGMA = 1e-4;

/** In double precision, as the tracker has it: with a coarser one the tolerance could not be kept. */
function normalBelow(x: number): number {
  const tail = normalDensity(x) * millsRatio(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}
