import { node, tensor } from '../../../models/onnx/build.ts';
import { ModelProto } from '../../../models/onnx/schema.ts';

const FLOAT = 1;

/** A small network as somebody else would export it: [rows x columns] -> softmax of three classes. */
export interface ForeignShape {
  readonly columns?: number;
  readonly input?: string;
  readonly inputType?: number;
  readonly rows?: number | null;
  readonly output?: string;
  readonly width?: number;
  readonly opset?: number;
  /** The step before the output: another name than Softmax is somebody's own. */
  readonly last?: { readonly opType: string; readonly domain: string };
  /** Without it a missing value makes every answer NaN. */
  readonly fillsGaps?: boolean;
}

/** Weights that tell the first two columns apart; the same for the same width. */
function weights(columns: number, classes: number): Float32Array {
  return Float32Array.from({ length: columns * classes }, (_, at) => Math.sin(1 + at));
}

export function foreignGraph(shape: ForeignShape = {}): Uint8Array {
  const { columns = 5, input = 'features', output = 'probabilities', width = 3, opset = 17 } = shape;
  const {
    inputType = FLOAT,
    rows = null,
    last = { opType: 'Softmax', domain: '' },
    fillsGaps = true,
  } = shape;
  const dimension = (value: number | null) => (value === null ? { dimParam: 'N' } : { dimValue: value });
  const value = (name: string, elemType: number, dims: readonly (number | null)[]) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: dims.map(dimension) } } },
  });
  const gaps = [node('IsNaN', [input], 'gap'), node('Where', ['gap', 'nothing', input], 'filled')];
  const graph = {
    name: 'theirs',
    node: [
      ...(fillsGaps ? gaps : []),
      node('MatMul', [fillsGaps ? 'filled' : input, 'scale'], 'hidden'),
      node(last.opType, ['hidden'], output, [], last.domain),
    ],
    initializer: [
      float('scale', weights(columns, width), [columns, width]),
      ...(fillsGaps ? [float('nothing', Float32Array.of(0), [1])] : []),
    ],
    input: [value(input, inputType, [rows, columns])],
    output: [value(output, FLOAT, [rows, width])],
  };
  const domains = last.domain === '' ? [] : [{ domain: last.domain, version: 1 }];
  const opsetImport = [{ domain: '', version: opset }, ...domains];
  return ModelProto.encode({ irVersion: 8, producerName: 'theirs', graph, opsetImport }).finish();
}

function float(name: string, values: Float32Array, dims: readonly number[]) {
  const { rawData } = tensor(name, new Uint8Array(values.buffer));
  return { name, dims, dataType: FLOAT, rawData };
}
