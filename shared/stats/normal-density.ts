const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal at x. Example: `normalDensity(0)` is 0.3989422804014327. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / ROOT_TWO_PI;
}
