import { int, node, tensor } from '../onnx/build.ts';
import { INPUTS, RAW_SCORES, type ScoreGraph } from '../onnx/classifier.ts';
import { ELEMENT } from '../onnx/schema.ts';
import type { LinearModel } from './linear-model.ts';

/** A linear model as graph, in double: pick, impute, hold within bounds, mark gaps, standardise, add up. */
export function linearGraph(model: LinearModel): ScoreGraph {
  const { columns, classes, termColumns, valueTerms, mean, scale, weights, bias } = model;
  const parts = [
    valueNodes(model, termColumns.subarray(0, valueTerms)),
    gapNodes(termColumns.subarray(valueTerms)),
  ].filter((part) => part !== null);
  return {
    columns,
    node: [
      ...parts.flatMap((part) => part.node),
      node(
        'Concat',
        parts.map((part) => part.output),
        'terms',
        [int('axis', 1)],
      ),
      node('Sub', ['terms', 'mean'], 'centred_terms'),
      node('Div', ['centred_terms', 'deviation'], 'standardised_terms'),
      node('Gemm', ['standardised_terms', 'weights', 'intercept'], RAW_SCORES, [int('transB', 1)]),
    ],
    initializer: [
      ...parts.flatMap((part) => part.initializer),
      tensor('mean', mean),
      tensor('deviation', scale),
      tensor('weights', weights, [classes, termColumns.length]),
      tensor('intercept', bias),
    ],
  };
}

const places = (name: string, columns: Int32Array) => tensor(name, BigInt64Array.from(columns, BigInt));

function valueNodes({ fill, low, high }: LinearModel, columns: Int32Array) {
  if (columns.length === 0) return null;
  return {
    output: 'values',
    node: [
      node('Gather', [INPUTS, 'value_columns'], 'raw_values', [int('axis', 1)]),
      node('IsNaN', ['raw_values'], 'is_absent'),
      node('Where', ['is_absent', 'fill', 'raw_values'], 'filled_values'),
      node('Max', ['filled_values', 'low'], 'raised_values'),
      node('Min', ['raised_values', 'high'], 'values'),
    ],
    initializer: [
      places('value_columns', columns),
      tensor('fill', fill),
      tensor('low', low),
      tensor('high', high),
    ],
  };
}

function gapNodes(columns: Int32Array) {
  if (columns.length === 0) return null;
  return {
    output: 'gaps',
    node: [
      node('Gather', [INPUTS, 'gap_columns'], 'values_with_gaps', [int('axis', 1)]),
      node('IsNaN', ['values_with_gaps'], 'is_gap'),
      node('Cast', ['is_gap'], 'gaps', [int('to', ELEMENT.double)]),
    ],
    initializer: [places('gap_columns', columns)],
  };
}
