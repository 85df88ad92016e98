import { ELEMENT } from './schema.ts';

/** Small makers for the pieces of a graph, as plain objects of the schema. */

/** Steps of a graph with the constants that they need. */
export interface GraphPart {
  readonly node: readonly object[];
  readonly initializer: readonly object[];
}

const ATTRIBUTE = { int: 2, tensor: 4, ints: 7 } as const;

export function tensor(
  name: string,
  values: Float64Array | Uint8Array | BigInt64Array,
  dims: readonly number[] = [values.length],
) {
  const dataType = elementOf(values);
  // Raw data is little-endian, as is every machine this runs on.
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, dataType, rawData };
}

function elementOf(values: Float64Array | Uint8Array | BigInt64Array): number {
  if (values instanceof Float64Array) return ELEMENT.double;
  return values instanceof BigInt64Array ? ELEMENT.int64 : ELEMENT.uint8;
}

export function int(name: string, i: number) {
  return { name, i, type: ATTRIBUTE.int };
}

export function ints(name: string, values: ArrayLike<number>) {
  return { name, ints: Array.from(values), type: ATTRIBUTE.ints };
}

export function tensorAttribute(name: string, values: Float64Array | Uint8Array) {
  return { name, t: tensor(name, values), type: ATTRIBUTE.tensor };
}

export function node(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly object[] = [],
  domain = '',
) {
  return { name: output, opType, input, output: [output], attribute, domain };
}

/** A matrix with any number of rows. */
export function matrix(name: string, elemType: number, columns: number) {
  const dim = [{ dimParam: 'rows' }, { dimValue: columns }];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
