import { int, matrix, node } from './build.ts';
import { INPUTS, RAW_SCORES, type ScoreGraph } from './classifier.ts';
import { ELEMENT, ModelProto } from './schema.ts';

/**
 * A model of one number as one ONNX graph: `features` [rows x F] float and `regime` [rows x K] float
 * -> `value` [rows x 1] double, in the unit that it was trained on.
 *
 * @param regimeStates - K; 0 leaves the second input out
 * @returns the bytes of model.onnx, equal for equal inputs
 */
export function writeRegressor(scores: ScoreGraph, regimeStates: number): Uint8Array {
  const inputs = [matrix('features', ELEMENT.float32, scores.columns - regimeStates)];
  if (regimeStates > 0) inputs.push(matrix('regime', ELEMENT.float32, regimeStates));
  const names = inputs.map(({ name }) => name);
  const graph = {
    name: 'regressor',
    node: [
      node('Concat', names, 'inputs', [int('axis', 1)]),
      // Splits have the input's type, and only double splits keep the library's decisions.
      node('Cast', ['inputs'], INPUTS, [int('to', ELEMENT.double)]),
      ...scores.node,
      node('Identity', [RAW_SCORES], 'value'),
    ],
    initializer: scores.initializer,
    input: inputs,
    output: [matrix('value', ELEMENT.double, 1)],
  };
  const opsetImport = [
    { domain: '', version: 21 },
    { domain: 'ai.onnx.ml', version: 5 },
  ];
  return ModelProto.encode({ irVersion: 10, producerName: 'oi-loop', graph, opsetImport }).finish();
}
