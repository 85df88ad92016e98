import type { Matrix } from '../../shared/ports/model-family.ts';

/** The values at which a model decides otherwise, by column of the bundle's rows: thresholds, bounds. */
export type Edges = readonly (readonly number[])[];

/** Rows made by taking each column from a randomly drawn row of the sample: [rows x columns]. */
export function ordinaryRows(
  _edges: Edges,
  sample: Matrix,
  rows: number,
  uniform: () => number,
): Float32Array {
  const values = new Float32Array(rows * sample.columns);
  for (let at = 0; at < values.length; at += 1)
    values[at] = sampledValue(sample, at % sample.columns, uniform);
  return values;
}

/**
 * Rows that sit on the edges of decisions: the edges and their float32 neighbours, signed zeros,
 * subnormals, LightGBM's zero bound, the largest values, NaN, with ordinary values among them.
 */
export function adversarialRows(
  edges: Edges,
  sample: Matrix,
  rows: number,
  uniform: () => number,
): Float32Array {
  const values = new Float32Array(rows * sample.columns);
  for (let at = 0; at < values.length; at += 1) {
    const column = at % sample.columns;
    values[at] = adversarialValue(edges[column] as readonly number[], sample, column, uniform);
  }
  return values;
}

function adversarialValue(
  edges: readonly number[],
  sample: Matrix,
  column: number,
  uniform: () => number,
): number {
  const kind = uniform();
  if (kind < 0.2) return sampledValue(sample, column, uniform);
  if (kind < 0.4 || edges.length === 0) return SPECIAL[Math.floor(uniform() * SPECIAL.length)] as number;
  const edge = edges[Math.floor(uniform() * edges.length)] as number;
  return neighbour(edge, Math.floor(uniform() * 3) - 1);
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
const ZERO_BOUND = Math.fround(1e-35);
const SPECIAL = [
  Number.NaN,
  0,
  -0,
  1.401298464324817e-45,
  -1.401298464324817e-45,
  ZERO_BOUND,
  -ZERO_BOUND,
  neighbour(ZERO_BOUND, 1),
  neighbour(-ZERO_BOUND, -1),
  3.4028234663852886e38,
  -3.4028234663852886e38,
];

function sampledValue({ values, rows, columns }: Matrix, column: number, uniform: () => number): number {
  return values[Math.floor(uniform() * rows) * columns + column] as number;
}

/** The float32 `steps` places up (1) or down (-1); finite, and zero's neighbours are subnormal. */
function neighbour(value: number, steps: number): number {
  float[0] = value;
  const order = bits[0]! < 0 ? -(bits[0]! & 0x7fffffff) : bits[0]!;
  const moved = order + steps;
  bits[0] = moved < 0 ? -moved | 0x80000000 : moved;
  return Number.isFinite(float[0]) ? (float[0] as number) : value;
}
