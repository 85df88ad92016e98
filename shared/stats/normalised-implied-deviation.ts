import {
  isHigh,
  normalisedBlack,
  normalisedVega,
  priceOverVega,
  shortfallOverVega,
} from './normalised-black.ts';
import { aboveGuess, belowGuess, highestGuess, lowestGuess } from './normalised-deviation-guess.ts';

const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** Below this a price has underflown too far for a quotient and is compared by its logarithm. */
const SAFE_PRICE = 1e-290;

/**
 * Total deviation (volatility times the root of time) behind a normalised Black price, to machine precision: Jaeckel,
 * Let's Be Rational, 2016. Prices are split at the inflection s = root(2 |x|) and where its tangent meets 0 and the
 * maximum; on each of the four branches a rational guess is followed by two third-order Householder steps.
 *
 * @param x - log-moneyness, at most 0
 * @param price - above 0 and below exp(x/2); otherwise the answer is NaN
 * @example normalisedImpliedDeviation(0, 0.07965567455405798) // 0.2
 */
export function normalisedImpliedDeviation(x: number, price: number): number {
  const maximum = Math.exp(x / 2);
  if (!(price > 0 && price < maximum)) return Number.NaN;
  const half = Math.sqrt(-x / 2);
  const centre = 2 * half;
  const vega = normalisedVega(-half, half);
  const ratio = priceOverVega(-half, half);
  const atCentre = vega * ratio;
  return price < atCentre
    ? belowCentre(x, price, centre, atCentre, ratio)
    : aboveCentre(x, price, maximum, centre, atCentre, vega);
}

function belowCentre(x: number, price: number, centre: number, atCentre: number, ratio: number): number {
  const left = centre - ratio;
  const atLeft = normalisedBlack(x, left);
  if (price < atLeft) {
    const log = Math.log(price);
    return lowStep(x, price, log, lowStep(x, price, log, lowestGuess(x, price, left, atLeft)));
  }
  const slope = 1 / normalisedVega(x / left, left / 2);
  const guess = belowGuess(price, left, atLeft, slope, centre, atCentre, ratio / atCentre);
  return middleStep(x, price, middleStep(x, price, guess));
}

function aboveCentre(
  x: number,
  price: number,
  maximum: number,
  centre: number,
  atCentre: number,
  vega: number,
): number {
  const right = centre + (maximum - atCentre) / vega;
  const atRight = normalisedBlack(x, right);
  if (price > atRight) {
    const guess = highestGuess(x, price, maximum, right, atRight);
    return highStep(x, price, maximum, highStep(x, price, maximum, guess));
  }
  const slope = 1 / normalisedVega(x / right, right / 2);
  const guess = aboveGuess(price, centre, atCentre, 1 / vega, right, atRight, slope);
  return middleStep(x, price, middleStep(x, price, guess));
}

/** On 1 / ln b - 1 / ln price. */
function lowStep(x: number, price: number, logPrice: number, s: number): number {
  const h = x / s;
  const t = s / 2;
  const ratio = priceOverVega(h, t);
  const b = normalisedVega(h, t) * ratio;
  const gap =
    b > SAFE_PRICE
      ? Math.log(price / b)
      : logPrice - Math.log(ratio) + 0.5 * (h * h + t * t) + LOG_ROOT_TWO_PI;
  const logB = logPrice - gap;
  const rate = 1 / ratio;
  const bend = (h * h) / s - s / 4;
  const rateSlope = rate * (bend - rate);
  const second = bend - rate - (2 * rate) / logB;
  const third =
    second * second + bendSlope(h, s) - rateSlope * (1 + 2 / logB) + (2 * rate * rate) / (logB * logB);
  return s + householder(gap * (logB / logPrice) * ratio, second, third);
}

/** On b - price. */
function middleStep(x: number, price: number, s: number): number {
  const h = x / s;
  const t = s / 2;
  const newton = (price - normalisedBlack(x, s)) / normalisedVega(h, t);
  const bend = (h * h) / s - s / 4;
  return s + householder(newton, bend, bend * bend + bendSlope(h, s));
}

/** On ln((maximum - price) / (maximum - b)). */
function highStep(x: number, price: number, maximum: number, s: number): number {
  const h = x / s;
  const t = s / 2;
  const vega = normalisedVega(h, t);
  const over = isHigh(h, t) ? shortfallOverVega(h, t) : maximum / vega - priceOverVega(h, t);
  const rate = 1 / over;
  const bend = (h * h) / s - s / 4;
  const second = bend + rate;
  const third = second * second + bendSlope(h, s) + rate * second;
  return s + householder(Math.log((over * vega) / (maximum - price)) * over, second, third);
}

/** Derivative by s of b'' / b', which is x^2 / s^3 - s / 4. */
function bendSlope(h: number, s: number): number {
  const tilt = h / s;
  return -3 * tilt * tilt - 0.25;
}

/** Third-order step (Householder, 1970) from a Newton step and the second and third derivatives over the first. */
function householder(newton: number, second: number, third: number): number {
  return (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + (third * newton) / 6));
}
