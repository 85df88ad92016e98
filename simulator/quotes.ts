import type { RandomStream } from './random.ts';

const TICKS_PER_POINT = 20;
/** Mean imbalance of call and put quotes per unit of hidden flow: calls are bid, puts offered when it is bullish. */
const FLOW_TILT = [0.4, -0.12] as const;
const TILT_NOISE = 0.4;
/** Chance, beyond one half, that a trade lifts the offer, per unit of flow. */
const AGGRESSOR_TILT = 0.08;

/** One leg's quote and last trade; prices in ticks of 0.05. */
export interface Quote {
  bidTicks: number;
  askTicks: number;
  lastTicks: number;
  bidLots: number;
  askLots: number;
}

/** Points of a whole number of ticks, exact to two decimals. */
export function ticksToPrice(ticks: number): number {
  return Math.round((ticks * 100) / TICKS_PER_POINT) / 100;
}

/** The nearest price on the 0.05 grid. */
export function roundToTick(price: number): number {
  return ticksToPrice(Math.round(price * TICKS_PER_POINT));
}

/**
 * Half of the bid-ask spread in points: a tick's worth, plus a share of the price, wider by `z` standard
 * deviations from the money and in volatile minutes.
 */
export function halfSpread(mid: number, z: number, widening: number): number {
  const wings = 1 + 0.25 * Math.min(z * z, 16);
  return (0.025 + 0.0012 * mid) * wings * widening;
}

/** A leg's quote around `mid` (points); the bid is at least one tick, the ask at least one tick above it. */
export function quoteLeg(
  quote: Quote,
  mid: number,
  half: number,
  flow: number,
  side: 0 | 1,
  traded: boolean,
  random: RandomStream,
): void {
  quote.bidTicks = Math.max(1, Math.floor((mid - half) * TICKS_PER_POINT));
  quote.askTicks = Math.max(quote.bidTicks + 1, Math.ceil((mid + half) * TICKS_PER_POINT));
  const depth = 2 + Math.exp(2.2 + 0.5 * random.normal());
  const imbalance = Math.tanh(FLOW_TILT[side] * flow + TILT_NOISE * random.normal());
  quote.bidLots = Math.max(1, Math.round((depth * (1 + imbalance)) / 2));
  quote.askLots = Math.max(1, Math.round((depth * (1 - imbalance)) / 2));
  if (!traded) return;
  const lift = 0.5 + AGGRESSOR_TILT * (side === 0 ? flow : -flow);
  quote.lastTicks = random.uniform() < lift ? quote.askTicks : quote.bidTicks;
}
