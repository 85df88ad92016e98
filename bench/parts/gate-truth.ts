import { normalCdf } from '../../shared/stats/normal-cdf.ts';
import { normalDensity } from '../../shared/stats/normal-density.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { BLOCKS, gateMarket, gaussians, normals, SKILL, VOLATILITY } from './gate-market.ts';
import { COST, dailyReturns, gateModel, knowsOn, STOP, STRONG } from './gate-model.ts';

const GRID = Array.from({ length: 161 }, (_, at) => (at - 80) / 10);
const WEIGHTS = GRID.map((at) => normalDensity(at) / 10);
const ROUNDS = 40;
const ROUNDS_OF_CHANCE = 14;

/**
 * The daily Sharpe ratio that a model with this knowledge truly has in these markets: no days are drawn, the moments of a
 * day are integrated over moves, signals, skill and volatility. Example: `trueSharpe(0)` is negative, costs are all it has.
 */
export function trueSharpe(knows: number): number {
  const { perBlock, spread } = VOLATILITY;
  const first = perBlock * Math.exp(spread ** 2 / 2);
  const second = perBlock ** 2 * Math.exp(2 * spread ** 2);
  const trades = 2 * normalCdf(-STRONG);
  let [mean, squares] = [0, 0];
  GRID.forEach((state, at) => {
    const { gain, square } = gainsAt(knowsOn(knows, 1 + SKILL.spread * state));
    const fixed = COST * trades;
    // A label's mean over volatilities and its square's, then of a day's labels, which are independent given the day.
    const squaredMean = second * gain ** 2 - 2 * first * gain * fixed + fixed ** 2;
    const ownSquare = second * square - 2 * first * gain * COST + COST ** 2 * trades;
    mean += WEIGHTS[at]! * BLOCKS * (first * gain - fixed);
    squares += WEIGHTS[at]! * (BLOCKS * ownSquare + BLOCKS * (BLOCKS - 1) * squaredMean);
  });
  return mean / Math.sqrt(squares - mean ** 2);
}

/** Between two entries of a table: who knows as much in the wrong direction loses as much. */
function gainsAt(knows: number): Gains {
  table ??= Array.from({ length: FINEST + 1 }, (_, at) => gainsOf(at / (FINEST + 1)));
  const place = Math.abs(knows) * (FINEST + 1);
  const below = Math.min(FINEST - 1, Math.floor(place));
  const [low, high] = [table[below]!, table[below + 1]!];
  const between = (a: number, b: number) => a + (place - below) * (b - a);
  return {
    gain: Math.sign(knows) * between(low.gain, high.gain),
    square: between(low.square, high.square),
  };
}

interface Gains {
  readonly gain: number;
  readonly square: number;
}

const FINEST = 999;
let table: Gains[] | undefined;

/** Of one label, in deviations of its day and before costs: expected gain, and expected square of it. */
function gainsOf(knows: number): Gains {
  const rest = Math.sqrt(1 - knows ** 2);
  let [gain, square] = [0, 0];
  GRID.forEach((move, at) => {
    const long = normalCdf((knows * move - STRONG) / rest);
    const short = normalCdf((-knows * move - STRONG) / rest);
    const kept = Math.min(STOP, Math.max(-STOP, move));
    gain += WEIGHTS[at]! * kept * (long - short);
    square += WEIGHTS[at]! * kept ** 2 * (long + short);
  });
  return { gain, square };
}

/** What a model has to know for this true daily Sharpe ratio, -0.2 .. 0.9. */
export function knowsFor(dailySharpe: number): number {
  return rising(dailySharpe, 0, 0.6, ROUNDS, trueSharpe);
}

/**
 * How alike two models' errors have to be for this correlation of their daily returns, found on `days` drawn days: 20,000
 * give it within 0.01.
 */
export function alikeFor(wanted: number, first: number, second: number, days: number, seed: number): number {
  const market = gateMarket(days, seed);
  const bell = gaussians(seededUniform(seed + 1));
  const own = normals(market.moves.length, bell);
  const fresh = normals(market.moves.length, bell);
  const mine = dailyReturns(gateModel(first), market, own);
  const theirs = gateModel(second);
  return rising(wanted, 0, 1, ROUNDS_OF_CHANCE, (alike) =>
    correlation(mine, dailyReturns(theirs, market, mixed(own, fresh, alike))),
  );
}

/** Errors that have the correlation `alike` with the first ones. */
export function mixed(first: Float64Array, fresh: Float64Array, alike: number): Float64Array {
  const rest = Math.sqrt(1 - alike ** 2);
  const both = new Float64Array(first.length);
  for (let at = 0; at < both.length; at += 1) both[at] = alike * first[at]! + rest * fresh[at]!;
  return both;
}

/** Pearson's, of two columns of one length. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const count = a.length;
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const [x, y] = [a[at]!, b[at]!];
    sumA += x;
    sumB += y;
    squareA += x * x;
    squareB += y * y;
    product += x * y;
  }
  const covariance = product - (sumA * sumB) / count;
  return covariance / Math.sqrt((squareA - sumA ** 2 / count) * (squareB - sumB ** 2 / count));
}

/** Where a rising function reaches a value, by halving. */
function rising(
  wanted: number,
  from: number,
  to: number,
  rounds: number,
  of: (at: number) => number,
): number {
  let [low, high] = [from, to];
  for (let round = 0; round < rounds; round += 1) {
    const middle = (low + high) / 2;
    if (of(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
