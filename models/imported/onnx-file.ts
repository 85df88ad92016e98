import { RejectedInput } from '../../shared/errors.ts';
import { AttributeFile, ModelFile, TensorHead } from './onnx-schema.ts';

/** A step of a graph; its attributes as they are written. */
export interface GraphNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly Uint8Array[];
}

/** An input or output. */
export interface GraphValue {
  readonly name: string;
  /** The format's number of its element type; null when it is no tensor. */
  readonly elementType: number | null;
  /** Null where the size is free or not stated; null altogether when the shape is not stated. */
  readonly dims: readonly (number | null)[] | null;
}

/** Somebody else's ONNX file. */
export interface OnnxFile {
  readonly irVersion: number;
  readonly producer: string;
  /** Versions of the sets of operators, by domain; the standard one is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Without those that have a value of their own (old files name these among the inputs). */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Functions that the file brings itself, as they are written. */
  readonly functions: readonly Uint8Array[];
}

interface Written {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly functions: readonly Uint8Array[];
  readonly graph: {
    readonly node: readonly GraphNode[];
    readonly initializer: readonly Uint8Array[];
    readonly sparseInitializer: readonly Uint8Array[];
    readonly input: readonly WrittenValue[];
    readonly output: readonly WrittenValue[];
  } | null;
}
interface WrittenValue {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly { dimValue: number; dimParam: string }[] } | null;
    } | null;
  } | null;
}

const IN_ANOTHER_FILE = 1;

/**
 * Reads an ONNX file.
 *
 * @throws RejectedInput naming the file, when it is no ONNX, keeps its weights elsewhere, or has sparse ones
 */
export function readOnnxFile(bytes: Uint8Array, name: string): OnnxFile {
  const { graph, ...model } = decoded(bytes, name);
  if (graph === null || graph.node.length === 0)
    throw refused(name, 'an ONNX model', 'a file without a graph');
  if (graph.sparseInitializer.length > 0)
    throw refused(name, 'dense weights', 'sparse ones; export them dense');
  const initializers = graph.initializer.map((tensor) => initializerOf(tensor, name));
  const own = new Set(initializers.map((one) => one.name));
  return {
    irVersion: model.irVersion,
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    opsets: new Map(model.opsetImport.map(({ domain, version }) => [standard(domain), version])),
    nodes: graph.node.map((one) => ({ ...one, domain: standard(one.domain) })),
    initializers,
    inputs: graph.input.filter((value) => !own.has(value.name)).map(graphValue),
    outputs: graph.output.map(graphValue),
    functions: model.functions,
  };
}

function decoded(bytes: Uint8Array, name: string): Written {
  try {
    return ModelFile.toObject(ModelFile.decode(bytes), {
      longs: Number,
      defaults: true,
      arrays: true,
    }) as Written;
  } catch (cause) {
    throw refused(name, 'an ONNX model', `unreadable (${String(cause)})`);
  }
}

function initializerOf(bytes: Uint8Array, file: string) {
  const { name, dataLocation } = TensorHead.toObject(TensorHead.decode(bytes), { defaults: true });
  if (dataLocation === IN_ANOTHER_FILE) {
    throw refused(file, 'its weights inside', `${name} in another file; save the model as one file`);
  }
  return { name: name as string, bytes };
}

/** The standard domain has two spellings. */
function standard(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function graphValue({ name, type }: WrittenValue): GraphValue {
  const tensor = type?.tensorType ?? null;
  if (tensor === null) return { name, elementType: null, dims: null };
  const dims = tensor.shape?.dim.map(({ dimValue }) => (dimValue > 0 ? dimValue : null)) ?? null;
  return { name, elementType: tensor.elemType, dims };
}

/** The same file with one tensor as its only output: no map that the runtime cannot hand over is left. */
export function withOutput(bytes: Uint8Array, answer: string): Uint8Array {
  const model = ModelFile.toObject(ModelFile.decode(bytes), { longs: Number });
  const graph = model['graph'] as Written['graph'] & object;
  const found = graph.output.filter(({ name }) => name === answer);
  const output = found.length > 0 ? found : [{ name: answer }];
  const node = graph.node.filter(({ opType }) => opType !== 'ZipMap');
  return ModelFile.encode(ModelFile.fromObject({ ...model, graph: { ...graph, node, output } })).finish();
}

/** The labels that a node states for its classes, as words; empty when it states none. */
export function classLabels(node: GraphNode): string[] {
  const found = node.attribute.map((bytes) =>
    AttributeFile.toObject(AttributeFile.decode(bytes), { longs: String, defaults: true, arrays: true }),
  );
  const labels = found.find(({ name }) => String(name).startsWith('classlabels_'));
  if (labels === undefined) return [];
  const words = (labels['strings'] as Uint8Array[]).map((word) => new TextDecoder().decode(word));
  return words.length > 0 ? words : (labels['ints'] as string[]);
}

function refused(name: string, expected: string, was: string): RejectedInput {
  return new RejectedInput(`${name}: expected ${expected}, was ${was}`, { field: name });
}
