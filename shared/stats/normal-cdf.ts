import { normalDensity } from './normal-density.ts';

/** Beyond this the series loses digits and the continued fraction takes over. */
const TAIL = 3;
const FRACTION_TERMS = 120;

/**
 * Probability that a standard normal is at most x, to about 1e-15 (relative in the tails).
 * Marsaglia's series (Journal of Statistical Software 11(4), 2004) in the middle, Laplace's continued
 * fraction in the tails. NaN gives NaN. Example: `normalCdf(1.959963984540054)` is 0.975.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -TAIL) return lowerTail(-x);
  if (x > TAIL) return 1 - lowerTail(x);
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

function lowerTail(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  let fraction = z;
  for (let k = FRACTION_TERMS; k >= 1; k--) fraction = z + k / fraction;
  return normalDensity(z) / fraction;
}
