import { float32Below } from '../trees/float32-below.ts';

const LARGEST_FLOAT32 = 3.4028234663852886e38;
const ZERO = Math.fround(1e-35);

/**
 * The float32 threshold that decides every float32 input as LightGBM decides it with its double one:
 * rounded down, so `x <= t` keeps its meaning; and as LightGBM takes |x| <= 1e-35f for zero before it
 * compares, a threshold in that range moves to its upper or just below its lower end.
 *
 * @param threshold - not NaN; Infinity becomes the largest float32
 * @example exactThreshold(0.1) // 0.09999999403953552
 */
export function exactThreshold(threshold: number): number {
  const capped = Math.min(threshold, LARGEST_FLOAT32);
  const near = Math.fround(capped);
  const below = near > capped ? float32Below(near) : near;
  if (below < -ZERO || below >= ZERO) return below;
  return below < 0 ? float32Below(-ZERO) : ZERO;
}
