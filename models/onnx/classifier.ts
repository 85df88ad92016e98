import type { Forest } from '../trees/forest.ts';
import { int, matrix, node, tensor } from './build.ts';
import { ELEMENT, ModelProto } from './schema.ts';
import { treeEnsemble } from './tree-ensemble.ts';

/** Calibration of raw scores: score x scale + bias, per class. */
export interface Affine {
  readonly scale: readonly number[];
  readonly bias: readonly number[];
}

/**
 * The whole classifier as one ONNX graph: `features` [rows x F] float and `regime` [rows x K] float
 * -> `raw_scores` [rows x classes] double and calibrated `probabilities` [rows x classes] double.
 *
 * @param forest - over rows of F + K columns: features first, regime probabilities after them
 * @param regimeStates - K; 0 leaves the second input out
 * @returns the bytes of model.onnx, equal for equal inputs
 */
export function writeClassifier(forest: Forest, regimeStates: number, calibration: Affine): Uint8Array {
  const features = forest.columns - regimeStates;
  const inputs = [matrix('features', ELEMENT.float32, features)];
  if (regimeStates > 0) inputs.push(matrix('regime', ELEMENT.float32, regimeStates));
  const names = inputs.map(({ name }) => name);
  const graph = {
    name: 'classifier',
    node: [
      node('Concat', names, 'inputs', [int('axis', 1)]),
      // Splits have the input's type, and only double splits keep the library's decisions.
      node('Cast', ['inputs'], 'inputs_double', [int('to', ELEMENT.double)]),
      treeEnsemble(forest, 'inputs_double', 'raw_scores'),
      node('Mul', ['raw_scores', 'scale'], 'scaled_scores'),
      node('Add', ['scaled_scores', 'bias'], 'calibrated_scores'),
      node('Softmax', ['calibrated_scores'], 'probabilities', [int('axis', 1)]),
    ],
    initializer: [
      tensor('scale', Float64Array.from(calibration.scale)),
      tensor('bias', Float64Array.from(calibration.bias)),
    ],
    input: inputs,
    output: ['probabilities', 'raw_scores'].map((name) => matrix(name, ELEMENT.double, forest.classes)),
  };
  const opsetImport = [
    { domain: '', version: 21 },
    { domain: 'ai.onnx.ml', version: 5 },
  ];
  return ModelProto.encode({ irVersion: 10, producerName: 'oi-loop', graph, opsetImport }).finish();
}
