import { INPUTS, type ScoreGraph } from './classifier.ts';

interface GraphNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** The same graph beside others: every name but the common input's gets a prefix, as names are unique in a graph. */
export function renamed({ columns, node: nodes, initializer }: ScoreGraph, prefix: string): ScoreGraph {
  const own = (name: string) => (name === INPUTS || name === '' ? name : `${prefix}${name}`);
  return {
    columns,
    node: (nodes as readonly GraphNode[]).map((one) => ({
      ...one,
      name: own(one.output[0] as string),
      input: one.input.map(own),
      output: one.output.map(own),
    })),
    initializer: (initializer as readonly { readonly name: string }[]).map((one) => ({
      ...one,
      name: own(one.name),
    })),
  };
}
