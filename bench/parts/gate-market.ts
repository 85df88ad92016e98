import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

/** Labels of 15 minutes that a session of 375 minutes has side by side. */
export const BLOCKS = 25;
/** Minutes, and so scored rows, that share a label. */
export const ROWS_A_BLOCK = 15;
const REGIMES = 4;
/** Chance that the next quarter of an hour is of the same regime. */
const STAYS = 0.95;
/** Of a quarter of an hour's return: deviation of the middle day, memory and spread of its logarithm by day. */
export const VOLATILITY = { perBlock: 0.0016, memory: 0.9, spread: 0.35 };
/** How much better or worse a week is than the average, as a fraction of the skill. */
export const SKILL = { memory: 0.7, spread: 0.5 };

/** Days that all models of a comparison see: what the underlying did, quarter of an hour by quarter of an hour. */
export interface GateMarket {
  readonly days: number;
  /** [days x BLOCKS], in units of the day's volatility: standard normal. */
  readonly moves: Float64Array;
  /** Deviation of a quarter of an hour's return, by day: log-normal with a memory, so that tails are fat and come in runs. */
  readonly volatility: Float64Array;
  /** What a day does to every model's skill: mean 1, with a memory; good weeks and bad ones. */
  readonly skill: Float64Array;
  /** [days x BLOCKS] */
  readonly regimes: Uint8Array;
}

/** Standard normal numbers (Box and Muller 1958), the same for the same stream. */
export function gaussians(next: () => number): () => number {
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** As many standard normal numbers. */
export function normals(count: number, bell: () => number): Float64Array {
  const drawn = new Float64Array(count);
  for (let at = 0; at < count; at += 1) drawn[at] = bell();
  return drawn;
}

/** Example: `gateMarket(280, 7).moves.length` is 7000. */
export function gateMarket(days: number, seed: number): GateMarket {
  const next = seededUniform(seed);
  const bell = gaussians(next);
  const moves = normals(days * BLOCKS, bell);
  const regimes = new Uint8Array(days * BLOCKS);
  let regime = Math.floor(next() * REGIMES);
  for (let at = 0; at < regimes.length; at += 1) {
    if (next() > STAYS) regime = Math.floor(next() * REGIMES);
    regimes[at] = regime;
  }
  return {
    days,
    moves,
    regimes,
    volatility: autoregressive(days, VOLATILITY.memory, bell).map(
      (state) => VOLATILITY.perBlock * Math.exp(VOLATILITY.spread * state),
    ),
    skill: autoregressive(days, SKILL.memory, bell).map((state) => 1 + SKILL.spread * state),
  };
}

/** A stationary AR(1) path with deviation 1. */
function autoregressive(length: number, memory: number, bell: () => number): Float64Array {
  const path = new Float64Array(length);
  let state = bell();
  for (let at = 0; at < length; at += 1) {
    path[at] = state;
    state = memory * state + Math.sqrt(1 - memory ** 2) * bell();
  }
  return path;
}
