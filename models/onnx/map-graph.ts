import type { MonotoneMap } from '../../shared/domain/training/calibration/monotone-map.ts';
import { type GraphPart, int, node, tensor } from './build.ts';

/** Names of what a group of maps reads and makes. */
export interface MapTensors {
  /** Prefix of the names in between. */
  readonly name: string;
  /** [rows x 1] */
  readonly stated: string;
  /** [rows x 1] */
  readonly answer: string;
  /** [rows x maps]; null when there is one map. */
  readonly weights: string | null;
}

/** A stretch between two knots of one map. */
interface Stretch {
  readonly map: number;
  readonly from: number;
  readonly width: number;
  readonly rise: number;
}

/**
 * Piecewise linear maps of a column, and their answers weighted by row: a map's answer is its first value and, for each
 * stretch between knots, the part of the rise that lies below. All terms are of one sign, so nothing cancels.
 */
export function mapNodes(maps: readonly MonotoneMap[], names: MapTensors): GraphPart {
  const own = (name: string) => `${names.name}_${name}`;
  const stretches = maps.flatMap(stretchesOf);
  const column = (of: (stretch: Stretch) => number) => Float64Array.from(stretches, of);
  const rises = new Float64Array(stretches.length * maps.length);
  stretches.forEach(({ map, rise }, at) => {
    rises[at * maps.length + map] = rise;
  });
  const single = names.weights === null;
  return {
    node: [
      node('Sub', [names.stated, own('from')], own('distance')),
      node('Div', [own('distance'), own('width')], own('reach')),
      node('Max', [own('reach'), own('none')], own('reached')),
      node('Min', [own('reached'), own('all')], own('share')),
      node('MatMul', [own('share'), own('rise')], own('rises')),
      node('Add', [own('rises'), own('first')], single ? names.answer : own('answers')),
      ...(names.weights === null
        ? []
        : [
            node('Mul', [own('answers'), names.weights], own('weighted')),
            node('ReduceSum', [own('weighted'), own('axis')], names.answer, [int('keepdims', 1)]),
          ]),
    ],
    initializer: [
      tensor(
        own('from'),
        column(({ from }) => from),
      ),
      tensor(
        own('width'),
        column(({ width }) => width),
      ),
      tensor(own('none'), Float64Array.of(0)),
      tensor(own('all'), Float64Array.of(1)),
      tensor(own('rise'), rises, [stretches.length, maps.length]),
      tensor(
        own('first'),
        Float64Array.from(maps, ({ values }) => values[0] as number),
      ),
      ...(single ? [] : [tensor(own('axis'), BigInt64Array.of(1n))]),
    ],
  };
}

/** A constant has one stretch without a rise: the graph's tensors are never empty. */
function stretchesOf({ at, values }: MonotoneMap, map: number): Stretch[] {
  if (at.length === 1) return [{ map, from: at[0] as number, width: 1, rise: 0 }];
  return at.slice(1).map((to, knot) => {
    const from = at[knot] as number;
    return { map, from, width: to - from, rise: (values[knot + 1] as number) - (values[knot] as number) };
  });
}
