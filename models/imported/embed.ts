import { InvariantViolated } from '../../shared/errors.ts';
import { int, matrix, node, tensor } from '../onnx/build.ts';
import { ELEMENT, ModelProto } from '../onnx/schema.ts';
import type { GraphNode, OnnxFile } from './onnx-file.ts';
import { AttributeFile, FunctionFile, ModelFile } from './onnx-schema.ts';

/** How somebody else's graph is asked and what its answer means. */
export interface Wiring {
  /** Its input for the features. */
  readonly input: string;
  /** Per column of that input the position of the feature in the bundle's rows. */
  readonly places: Int32Array;
  /** Its second input, for the regime's probabilities; null when it takes none. */
  readonly regimeInput: string | null;
  /** K: 1 where there is no regime to tell apart. */
  readonly regimeStates: number;
  /** The tensor with a number for each class: [rows x 3]. */
  readonly answer: string;
  /** `scores` become probabilities by softmax. */
  readonly answerKind: 'probabilities' | 'scores';
  /** Where SELL, HOLD and BUY stand in the answer. */
  readonly classPlaces: readonly number[];
}

const DOMAIN = 'imported';
const FUNCTION = 'Model';
/** Functions came with this version of the format. */
const FUNCTION_IR_VERSION = 8;
const NEWEST_OPSET = 21;
const TENSOR_ATTRIBUTE = 4;
const CLASSES = 3;
/** A probability of nothing stays a number on the scale of scores: log(1e-15) = -34.5. */
const SMALLEST = 1e-15;

/**
 * The model.onnx of a bundle around a graph that was made elsewhere: the same inputs and outputs as every other bundle's,
 * the graph itself untouched as a function of its own, so that none of its names can meet ours.
 *
 * `raw_scores` are the logarithms of its probabilities (at least log(1e-15)), or its scores as they are;
 * `probabilities` are their softmax, in double.
 *
 * @param featureCount - columns of the bundle's feature rows
 */
export function embedGraph(file: OnnxFile, wiring: Wiring, featureCount: number): Uint8Array {
  const { places, regimeInput, regimeStates, classPlaces, answerKind } = wiring;
  const long = (values: ArrayLike<number>) => BigInt64Array.from(Array.from(values), BigInt);
  const graph = {
    name: 'imported_classifier',
    node: [
      node('Gather', ['features', 'feature_places'], 'chosen_features', [int('axis', 1)]),
      node(
        FUNCTION,
        regimeInput === null ? ['chosen_features'] : ['chosen_features', 'regime'],
        'answer',
        [],
        DOMAIN,
      ),
      node('Cast', ['answer'], 'answer_double', [int('to', ELEMENT.double)]),
      node('Gather', ['answer_double', 'class_places'], answerKind === 'scores' ? 'raw_scores' : 'ordered', [
        int('axis', 1),
      ]),
      ...(answerKind === 'scores'
        ? []
        : [node('Max', ['ordered', 'smallest'], 'positive'), node('Log', ['positive'], 'raw_scores')]),
      node('Softmax', ['raw_scores'], 'probabilities', [int('axis', 1)]),
    ],
    initializer: [
      tensor('feature_places', long(places)),
      tensor('class_places', long(classPlaces)),
      ...(answerKind === 'scores' ? [] : [tensor('smallest', Float64Array.of(SMALLEST))]),
    ],
    input: [
      matrix('features', ELEMENT.float32, featureCount),
      // Declared without being read, the runtime would not take it.
      ...(regimeInput === null ? [] : [matrix('regime', ELEMENT.float32, regimeStates)]),
    ],
    output: ['probabilities', 'raw_scores'].map((name) => matrix(name, ELEMENT.double, CLASSES)),
  };
  const shell = ModelProto.encode({ graph }).finish();
  return withFunction(shell, file, wiring);
}

function withFunction(shell: Uint8Array, file: OnnxFile, wiring: Wiring): Uint8Array {
  const opsetImport = opsetsOf(file);
  const body = {
    name: FUNCTION,
    domain: DOMAIN,
    input: [wiring.input, ...(wiring.regimeInput === null ? [] : [wiring.regimeInput])],
    output: [wiring.answer],
    node: [...file.initializers.map(constant), ...neededNodes(file, wiring.answer)],
    opsetImport,
  };
  const model = ModelFile.toObject(ModelFile.decode(shell), { longs: Number });
  return ModelFile.encode(
    ModelFile.fromObject({
      ...model,
      irVersion: Math.max(FUNCTION_IR_VERSION, file.irVersion),
      producerName: 'oi-loop',
      opsetImport: [...opsetImport, { domain: DOMAIN, version: 1 }],
      functions: [...file.functions, FunctionFile.encode(FunctionFile.fromObject(body)).finish()],
    }),
  ).finish();
}

function opsetsOf({ opsets }: OnnxFile): { domain: string; version: number }[] {
  const all = new Map(opsets);
  if (!all.has('')) all.set('', NEWEST_OPSET);
  return [...all].map(([domain, version]) => ({ domain, version }));
}

/** A weight as a step without input: a function has no initializers. */
function constant({ name, bytes }: OnnxFile['initializers'][number]) {
  const value = AttributeFile.encode(
    AttributeFile.fromObject({ name: 'value', t: bytes, type: TENSOR_ATTRIBUTE }),
  ).finish();
  return { opType: 'Constant', input: [], output: [name], name: '', domain: '', attribute: [value] };
}

/**
 * The steps that the answer needs, in their order. Others are left out: what makes labels, or maps that the runtime cannot
 * hand over (ZipMap).
 *
 * @throws InvariantViolated when nothing makes the answer
 */
export function neededNodes({ nodes }: Pick<OnnxFile, 'nodes'>, answer: string): GraphNode[] {
  const wanted = new Set([answer]);
  const kept: GraphNode[] = [];
  for (const one of nodes.toReversed()) {
    // Steps with graphs inside may read any name around them; they and what stands before them are kept as they are.
    if (!one.output.some((name) => wanted.has(name)) && !hasGraphAfter(nodes, one)) continue;
    for (const name of one.input) wanted.add(name);
    kept.push(one);
  }
  if (kept.length === 0)
    throw new InvariantViolated(`answer: expected a step that makes ${answer}, was none`);
  return kept.reverse();
}

const WITH_GRAPHS = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

function hasGraphAfter(nodes: readonly GraphNode[], one: GraphNode): boolean {
  const at = nodes.indexOf(one);
  return nodes.slice(at).some(({ opType }) => WITH_GRAPHS.has(opType));
}
