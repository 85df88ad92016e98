/**
 * Rational cubic between two points with given slopes (Delbourgo and Gregory, 1985). `control` above -1 sets the
 * tension: 3 gives the ordinary cubic, infinity the straight line.
 *
 * @param toLeft - distance of the argument from the left end, at least 0
 * @param toRight - distance from the right end; width is the sum
 * @example rationalCubic(1, 1, 0, 1, 0, 0, 3) // 0.5: halfway along a smooth step
 */
export function rationalCubic(
  toLeft: number,
  toRight: number,
  left: number,
  right: number,
  slopeLeft: number,
  slopeRight: number,
  control: number,
): number {
  const width = toLeft + toRight;
  const a = toLeft / width;
  const b = toRight / width;
  const above =
    right * a * a * a +
    (control * right - width * slopeRight) * a * a * b +
    (control * left + width * slopeLeft) * a * b * b +
    left * b * b * b;
  return above / (1 + (control - 3) * a * b);
}

/** The control that gives the rational cubic the second derivative `bend` at its left end. */
export function controlAtLeft(
  width: number,
  rise: number,
  slopeLeft: number,
  slopeRight: number,
  bend: number,
): number {
  const chord = rise / width;
  const fit = (0.5 * width * bend + slopeRight - slopeLeft) / (chord - slopeLeft);
  return monotone(fit, chord, slopeLeft, slopeRight);
}

/** The control that gives the rational cubic the second derivative `bend` at its right end. */
export function controlAtRight(
  width: number,
  rise: number,
  slopeLeft: number,
  slopeRight: number,
  bend: number,
): number {
  const chord = rise / width;
  const fit = (0.5 * width * bend + slopeRight - slopeLeft) / (slopeRight - chord);
  return monotone(fit, chord, slopeLeft, slopeRight);
}

const LARGEST_CONTROL = 1e15;

/** At least what keeps the cubic monotone; a straight line (0 / 0) takes the ordinary cubic. */
function monotone(fit: number, chord: number, slopeLeft: number, slopeRight: number): number {
  if (Number.isNaN(fit)) return 3;
  return Math.min(LARGEST_CONTROL, Math.max((slopeLeft + slopeRight) / chord, fit));
}
