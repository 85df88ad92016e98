import { CLASSES } from '../../shared/domain/training/classes.ts';
import type { OnnxManifest } from '../../shared/domain/training/import-manifest.ts';
import { RejectedInput } from '../../shared/errors.ts';
import { ELEMENT } from '../onnx/schema.ts';
import type { Wiring } from './embed.ts';
import { classLabels, type GraphNode, type GraphValue, type OnnxFile } from './onnx-file.ts';

/** Sets of operators that the runtime has. */
const DOMAINS = ['', 'ai.onnx.ml', 'com.microsoft'];
const NEWEST: Readonly<Record<string, number>> = { '': 25, 'ai.onnx.ml': 5 };
/** Maximum of doubles came with it. */
const OLDEST_OPSET = 8;
/** The tracker's labels in the order of our classes. */
const TRACKER_LABELS = ['-1', '0', '1'];

/**
 * How a graph is to be asked, from what the manifest says and what the file itself says.
 *
 * @param places - of the manifest's features in the bundle's rows
 * @param regimeStates - K of the regime model; 1 without one
 * @throws RejectedInput naming what in the file or manifest is wrong, and what to do
 */
export function wiringOf(
  file: OnnxFile,
  manifest: OnnxManifest,
  places: Int32Array,
  regimeStates: number,
): Wiring {
  checkOperators(file, manifest.model);
  const regimeInput = manifest.regime?.input ?? null;
  const input = featureInput(file, manifest, regimeInput);
  checkShape(input, places.length, 'features of the manifest');
  if (regimeInput !== null) {
    const regime = file.inputs.find(({ name }) => name === regimeInput);
    if (regime === undefined) {
      throw refused('regime.input', `one of ${namesOf(file.inputs)}`, regimeInput, 'name the input as it is');
    }
    checkShape(regime, regimeStates, 'states of the regime model');
  }
  const { answer, labels } = answerOf(file, manifest);
  checkLabels(labels, manifest.class_order);
  return {
    input: input.name,
    places,
    regimeInput,
    regimeStates,
    answer,
    answerKind: manifest.output_kind,
    classPlaces: CLASSES.map((name) => manifest.class_order.indexOf(name)),
  };
}

function checkOperators(file: OnnxFile, name: string): void {
  const opset = file.opsets.get('');
  if (opset !== undefined && opset < OLDEST_OPSET) {
    throw refused(
      name,
      `opset ${OLDEST_OPSET} or newer`,
      String(opset),
      'export it again with a newer opset',
    );
  }
  for (const [domain, version] of file.opsets) {
    const newest = NEWEST[domain];
    if (newest === undefined || version <= newest) continue;
    const set = domain === '' ? 'opset' : domain;
    throw refused(name, `${set} ${newest} or older`, String(version), 'export it again for an older one');
  }
  if (file.functions.length > 0) return;
  const foreign = file.nodes.find(({ domain }) => !DOMAINS.includes(domain));
  if (foreign === undefined) return;
  throw refused(
    name,
    'operators of ONNX (ai.onnx, ai.onnx.ml, com.microsoft)',
    `${foreign.domain}.${foreign.opType}`,
    'export the model without operators of its own',
  );
}

function featureInput(
  file: OnnxFile,
  { input, model }: OnnxManifest,
  regimeInput: string | null,
): GraphValue {
  const others = file.inputs.filter(({ name }) => name !== regimeInput);
  if (input !== undefined) {
    const named = others.find(({ name }) => name === input);
    if (named !== undefined) return named;
    throw refused('input', `one of ${namesOf(file.inputs)}`, input, 'name the input as it is in the graph');
  }
  const [only] = others;
  if (only !== undefined && others.length === 1) return only;
  const wanted = 'one input for all features, as [rows x features]';
  throw refused(model, wanted, `${others.length} (${namesOf(others)})`, 'name it as input, or join them');
}

function checkShape({ name, elementType, dims }: GraphValue, columns: number, of: string): void {
  if (elementType !== ELEMENT.float32) {
    const type = elementType === ELEMENT.double ? 'double' : `element type ${elementType}`;
    throw refused(`input ${name}`, 'a float32 tensor', type, 'export the model with float32 inputs');
  }
  if (dims === null) return;
  const [rows, width] = dims;
  if (dims.length !== 2) {
    throw refused(`input ${name}`, '[rows x columns]', `${dims.length} dimensions`, 'export it for a table');
  }
  if (rows != null) {
    throw refused(`input ${name}`, 'any number of rows', `${rows}`, 'export it with a dynamic batch axis');
  }
  if (width != null && width !== columns) {
    throw refused(`input ${name}`, `${columns} columns, the ${of}`, `${width}`, 'list what the model takes');
  }
}

/** The tensor with the classes' numbers: an output, or what stands before a map that the runtime cannot hand over. */
function answerOf(file: OnnxFile, manifest: OnnxManifest): { answer: string; labels: readonly string[] } {
  const { output } = manifest;
  const found = file.outputs.find(({ name }) => name === (output ?? 'probabilities'));
  const chosen = found ?? (output === undefined && file.outputs.length === 1 ? file.outputs[0] : undefined);
  if (chosen === undefined) {
    const was = output ?? 'none named probabilities';
    throw refused(
      'output',
      `one of ${namesOf(file.outputs)}`,
      was,
      'name the one with a number for each class',
    );
  }
  const maker = file.nodes.find((one) => one.output.includes(chosen.name));
  const isMap = maker?.opType === 'ZipMap';
  const answer = isMap ? (maker.input[0] as string) : chosen.name;
  if (!isMap) checkAnswer(chosen);
  return { answer, labels: labelsBefore(file.nodes, isMap ? maker : undefined, answer) };
}

function checkAnswer({ name, elementType, dims }: GraphValue): void {
  if (elementType !== ELEMENT.float32 && elementType !== ELEMENT.double) {
    const was = elementType === null ? 'no tensor' : `element type ${elementType}`;
    throw refused(`output ${name}`, 'a tensor of float32 or double', was, 'name the output of probabilities');
  }
  const width = dims?.[1] ?? CLASSES.length;
  if (dims !== null && (dims.length !== 2 || width !== CLASSES.length)) {
    const was = `[${dims.map((size) => size ?? 'any').join(' x ')}]`;
    throw refused(`output ${name}`, '[rows x 3]', was, 'export the probabilities of all three classes');
  }
}

function labelsBefore(
  nodes: readonly GraphNode[],
  map: GraphNode | undefined,
  answer: string,
): readonly string[] {
  const makers = [map, nodes.find((one) => one.output.includes(answer))];
  return (
    makers.map((one) => (one === undefined ? [] : classLabels(one))).find((found) => found.length > 0) ?? []
  );
}

/** A file that says -1, 0, 1, or names, of its columns is believed over nobody: both have to agree. */
function checkLabels(labels: readonly string[], order: readonly string[]): void {
  if (labels.length > 0 && labels.length !== CLASSES.length) {
    throw refused('model', 'three classes', labels.join(', '), 'train on SELL, HOLD and BUY');
  }
  const meant = labels.map((label) => CLASSES[TRACKER_LABELS.indexOf(label)] ?? label.toUpperCase());
  const isKnown = meant.length > 0 && meant.every((name) => (CLASSES as readonly string[]).includes(name));
  if (!isKnown || meant.every((name, at) => name === order[at])) return;
  throw refused(
    'class_order',
    `the order of the file, ${meant.join(', ')}`,
    order.join(', '),
    'put it right in the manifest',
  );
}

function namesOf(values: readonly GraphValue[]): string {
  return values.map(({ name }) => name).join(', ') || 'none';
}

function refused(field: string, expected: string, was: string, remedy: string): RejectedInput {
  return new RejectedInput(`${field}: expected ${expected}, was ${was}; ${remedy}`, { field });
}
