import { normalCdf } from './normal-cdf.ts';
import { normalDensity } from './normal-density.ts';

/**
 * The x below which a standard normal falls with probability p: the inverse of `normalCdf`, to about 1e-14.
 * p of 0 and 1 give the infinities; p outside 0..1 gives NaN. Example: `normalQuantile(0.95)` is 1.6448536269514722.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p > 0.5) return p === 1 ? Number.POSITIVE_INFINITY : -normalQuantile(1 - p);
  let x = firstGuess(p);
  for (let step = 0; step < 20; step++) {
    const error = (normalCdf(x) - p) / normalDensity(x);
    const change = error / (1 + (x * error) / 2);
    x -= change;
    if (Math.abs(change) < 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}

/** Abramowitz and Stegun 26.2.23, to 4.5e-4: close enough for Halley's method to finish in a few steps. */
function firstGuess(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return above / below - t;
}
