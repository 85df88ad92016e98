/**
 * Decision trees as typed arrays, all trees one after the other: small to store, quick to walk.
 *
 * A child >= 0 is a node, a child < 0 is the leaf `~child`. A row goes left when x <= threshold, or when
 * x is NaN and `missingLeft` is 1. Inputs are float32 values; thresholds are float32 values too.
 */
export interface Forest {
  readonly classes: number;
  /** Length of an input row. */
  readonly columns: number;
  /** Per tree: its root as a child, the class it adds to, the number of its first leaf. */
  readonly roots: Int32Array;
  readonly treeClasses: Int32Array;
  readonly firstLeaves: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leafValue: Float64Array;
  /** Training observations in each leaf: the weights of exact SHAP. */
  readonly leafCover: Float64Array;
}

const INTEGERS = ['roots', 'treeClasses', 'firstLeaves', 'feature', 'left', 'right'] as const;
const DOUBLES = ['threshold', 'leafValue', 'leafCover'] as const;

/** The forest as JSON text; every number comes back bit for bit. */
export function writeForest(forest: Forest): string {
  const plain = Object.entries(forest).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : [...value],
  ]);
  return JSON.stringify(Object.fromEntries(plain));
}

/** What `writeForest` wrote. The text is trusted: its hash was checked by the caller. */
export function readForest(text: string): Forest {
  return forestOf(JSON.parse(text));
}

/** A forest from the plain values that `writeForest` writes. */
export function forestOf(values: unknown): Forest {
  const plain = values as Record<keyof Forest, number & number[]>;
  const integers = INTEGERS.map((name) => [name, Int32Array.from(plain[name] as number[])]);
  const doubles = DOUBLES.map((name) => [name, Float64Array.from(plain[name] as number[])]);
  return {
    classes: plain.classes,
    columns: plain.columns,
    missingLeft: Uint8Array.from(plain.missingLeft as number[]),
    ...Object.fromEntries([...integers, ...doubles]),
  } as Forest;
}

/**
 * The same forest over other input rows: column c of the old row stands at `places[c]` of the new one.
 *
 * @example moveColumns(forest, Int32Array.of(0, 2), 3) // the new row has one column that is not used
 */
export function moveColumns(forest: Forest, places: Int32Array, columns: number): Forest {
  return { ...forest, columns, feature: forest.feature.map((column) => places[column] as number) };
}
