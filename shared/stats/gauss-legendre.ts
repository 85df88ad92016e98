export interface Quadrature {
  /** Ascending, inside (0, 1). */
  readonly nodes: Float64Array;
  /** Positive, sum 1. */
  readonly weights: Float64Array;
}

const known: Quadrature[] = [];

/**
 * Gauss-Legendre quadrature on [0, 1]: integrates polynomials up to degree 2 count - 1 without error.
 * Nodes are roots of the Legendre polynomial, found by Newton's method.
 *
 * @param count - at least 1
 * @example gaussLegendre(1) // nodes [0.5], weights [1]
 */
export function gaussLegendre(count: number): Quadrature {
  known[count] ??= solve(count);
  return known[count] as Quadrature;
}

function solve(count: number): Quadrature {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let at = 0; at < count; at += 1) {
    let x = -Math.cos((Math.PI * (at + 0.75)) / (count + 0.5));
    for (let step = 0; step < 50; step += 1) {
      const { value, slope } = legendre(count, x);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    const { slope } = legendre(count, x);
    nodes[at] = (1 + x) / 2;
    weights[at] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

function legendre(degree: number, x: number): { value: number; slope: number } {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n += 1)
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
