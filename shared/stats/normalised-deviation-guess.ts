import { millsRatio } from './mills-ratio.ts';
import { normalisedVega } from './normalised-black.ts';
import { controlAtLeft, controlAtRight, rationalCubic } from './rational-cubic.ts';

const ROOT_THREE = Math.sqrt(3);
const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
const LOW_SCALE = (2 * Math.PI) / (3 * ROOT_THREE);

/** Total deviation at a price between the left tangent point and the inflection, where the bend is 0. Slopes: ds / dprice. */
export function belowGuess(
  price: number,
  left: number,
  atLeft: number,
  slopeLeft: number,
  centre: number,
  atCentre: number,
  slopeCentre: number,
): number {
  const control = controlAtRight(atCentre - atLeft, centre - left, slopeLeft, slopeCentre, 0);
  return rationalCubic(price - atLeft, atCentre - price, left, centre, slopeLeft, slopeCentre, control);
}

/** Total deviation at a price between the inflection, where the bend is 0, and the right tangent point. */
export function aboveGuess(
  price: number,
  centre: number,
  atCentre: number,
  slopeCentre: number,
  right: number,
  atRight: number,
  slopeRight: number,
): number {
  const control = controlAtLeft(atRight - atCentre, right - centre, slopeCentre, slopeRight, 0);
  return rationalCubic(price - atCentre, atRight - price, centre, right, slopeCentre, slopeRight, control);
}

/**
 * Total deviation at a price below the left tangent point:
 * interpolates 2 pi |x| / (3 root 3) Phi(-|x| / (root 3 s))^3, which starts as the price itself, and inverts it
 * (Jaeckel, Let's Be Rational, 2016, section 4).
 */
export function lowestGuess(x: number, price: number, left: number, atLeft: number): number {
  const z = -x / (ROOT_THREE * left);
  const mills = millsRatio(z);
  const tail = (Math.exp(-0.5 * z * z) / ROOT_TWO_PI) * mills;
  const value = LOW_SCALE * -x * tail * tail * tail;
  const slope = z * z * mills * mills * Math.exp((left * left) / 8);
  const relativeBend = (2 * z * (1 / mills - z) - 2) / left + left / 4;
  const bend = (slope * relativeBend) / normalisedVega(x / left, left / 2);
  const control = controlAtRight(atLeft, value, 1, slope, bend);
  const map = rationalCubic(price, atLeft - price, 0, value, 1, slope, control);
  return -x / (ROOT_THREE * tailDistance(Math.cbrt(map / (LOW_SCALE * -x))));
}

/** Total deviation at a price above the right tangent point: interpolates Phi(-s / 2), which falls to 0 at the maximum, and inverts it. */
export function highestGuess(
  x: number,
  price: number,
  maximum: number,
  right: number,
  atRight: number,
): number {
  const h = x / right;
  const value = (Math.exp((-right * right) / 8) / ROOT_TWO_PI) * millsRatio(right / 2);
  const slope = -0.5 * Math.exp((h * h) / 2);
  const bend = (-slope * h * h) / right / normalisedVega(h, right / 2);
  const control = controlAtLeft(maximum - atRight, -value, slope, -0.5, bend);
  return 2 * tailDistance(rationalCubic(price - atRight, maximum - price, value, 0, slope, -0.5, control));
}

/** The u >= 0 with 1 - Phi(u) = p, for p up to 1/2, to 1e-4 absolute: a rational in the root of -2 ln p. */
function tailDistance(p: number): number {
  const r = Math.sqrt(-2 * Math.log(p));
  const above =
    2.8783330848175948 +
    r *
      (4.600334980734837 +
        r *
          (1.01580138987478 +
            r * (0.04661609075446232 + r * (0.00040021816017407814 + r * 1.0907850777750797e-7))));
  const below =
    1 +
    r *
      (3.3739735497858363 +
        r *
          (2.0624130574731683 +
            r * (0.28026857982989634 + r * (0.00915251045561987 + r * 5.634373548664325e-5))));
  return r - above / below;
}
