import type { Smile } from './smile.ts';

/** What dealers hold at a strike under the convention of dealer.ts, in units. */
export interface NetPosition {
  readonly strike: number;
  /** Fraction per root year. */
  readonly volatility: number;
  /** Call less put open interest. */
  readonly net: number;
  /** Call and put open interest. */
  readonly gross: number;
}

/** Points of the scan between two neighbouring strikes. */
const POINTS_A_STRIKE = 2;
const BISECTIONS = 30;

/**
 * The forward price, between the lowest and the highest strike, at which the net gamma of the positions changes its
 * sign, each strike keeping its volatility; of several the nearest to the present forward, of two as near the lower.
 * NaN when there is none.
 */
export function gammaFlip(
  positions: readonly NetPosition[],
  { forward, years }: Pick<Smile, 'forward' | 'years'>,
) {
  if (positions.length < 2 || !(years > 0)) return Number.NaN;
  const net = netGamma(positions, years);
  const [lowest, highest] = [positions[0]!.strike, positions.at(-1)!.strike];
  const points = POINTS_A_STRIKE * (positions.length - 1);
  let flip = Number.NaN;
  let [from, before] = [lowest, net(lowest)];
  for (let i = 1; i <= points; i += 1) {
    const to = lowest + ((highest - lowest) * i) / points;
    const after = net(to);
    if (before * after < 0) {
      const found = bisect(net, from, to);
      if (!(Math.abs(found - forward) >= Math.abs(flip - forward))) flip = found;
    }
    if (after !== 0) [from, before] = [to, after];
  }
  return flip;
}

/** Net gamma by the forward, up to a positive factor: sum of net x density(d1) / deviation. */
function netGamma(positions: readonly NetPosition[], years: number): (forward: number) => number {
  const terms = positions.map(({ strike, volatility, net }) => {
    const deviation = volatility * Math.sqrt(years);
    return { logStrike: Math.log(strike), deviation, weight: net / deviation };
  });
  return (forward) => {
    const logForward = Math.log(forward);
    let sum = 0;
    for (const { logStrike, deviation, weight } of terms) {
      const d1 = (logForward - logStrike) / deviation + deviation / 2;
      sum += weight * Math.exp(-0.5 * d1 * d1);
    }
    return sum;
  };
}

function bisect(value: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const isNegativeBelow = value(low) < 0;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const middle = (low + high) / 2;
    if (value(middle) < 0 === isNegativeBelow) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
