import type { CalibrationForm } from '../../shared/domain/training/calibration.ts';
import { int, matrix, node } from './build.ts';
import { calibrationGraph } from './calibration-graph.ts';
import { ELEMENT, ModelProto } from './schema.ts';

/** The tensor that a family's part of the graph reads: [rows x columns] double, features first, then the regime. */
export const INPUTS = 'inputs_double';
/** The tensor that it makes: [rows x 3] double. */
export const RAW_SCORES = 'raw_scores';

/** A family's part of the graph: from INPUTS to RAW_SCORES; other names of tensors are its own. */
export interface ScoreGraph {
  /** F + K: features and regime probabilities of a row. */
  readonly columns: number;
  readonly node: readonly object[];
  readonly initializer: readonly object[];
}

const CLASSES = 3;
const PROBABILITIES = 'probabilities';

/**
 * The whole classifier as one ONNX graph: `features` [rows x F] float and `regime` [rows x K] float
 * -> `raw_scores` [rows x classes] double and calibrated `probabilities` [rows x classes] double.
 *
 * @param regimeStates - K; 0 leaves the second input out
 * @returns the bytes of model.onnx, equal for equal inputs
 */
export function writeClassifier(
  scores: ScoreGraph,
  regimeStates: number,
  calibration: CalibrationForm,
): Uint8Array {
  const features = scores.columns - regimeStates;
  const inputs = [matrix('features', ELEMENT.float32, features)];
  if (regimeStates > 0) inputs.push(matrix('regime', ELEMENT.float32, regimeStates));
  const names = inputs.map(({ name }) => name);
  const ends = { inputs: INPUTS, rawScores: RAW_SCORES, probabilities: PROBABILITIES };
  const calibrated = calibrationGraph(calibration, scores.columns, regimeStates, ends);
  const graph = {
    name: 'classifier',
    node: [
      node('Concat', names, 'inputs', [int('axis', 1)]),
      // Splits have the input's type, and only double splits keep the library's decisions.
      node('Cast', ['inputs'], INPUTS, [int('to', ELEMENT.double)]),
      ...scores.node,
      ...calibrated.node,
    ],
    initializer: [...scores.initializer, ...calibrated.initializer],
    input: inputs,
    output: [PROBABILITIES, RAW_SCORES].map((name) => matrix(name, ELEMENT.double, CLASSES)),
  };
  const opsetImport = [
    { domain: '', version: 21 },
    { domain: 'ai.onnx.ml', version: 5 },
  ];
  return ModelProto.encode({ irVersion: 10, producerName: 'oi-loop', graph, opsetImport }).finish();
}
