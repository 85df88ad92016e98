import { normalQuantile } from './normal-quantile.ts';

const EULER_GAMMA = 0.5772156649015329;

/**
 * Expected largest of `count` independent standard normals, approximated with Euler's gamma
 * (Bailey and Lopez de Prado, The Deflated Sharpe Ratio, 2014, eq. 1). One draw gives 0.
 * Throws RangeError below 1. Example: `expectedMaximum(100)` is 2.5306028932016846.
 */
export function expectedMaximum(count: number): number {
  if (!(count >= 1)) throw new RangeError(`count: expected at least 1, was ${count}`);
  if (count === 1) return 0;
  const inner = normalQuantile(1 - 1 / count);
  const outer = normalQuantile(1 - 1 / (count * Math.E));
  return (1 - EULER_GAMMA) * inner + EULER_GAMMA * outer;
}
