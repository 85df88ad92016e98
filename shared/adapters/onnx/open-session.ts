import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InvariantViolated } from '../../errors.ts';
import type { GraphInput, GraphSession } from '../../ports/graph-session.ts';
import type { ModelSession, SessionInput, SessionOutput } from '../../ports/model-session.ts';

// One row at a time is faster without a thread pool, and a Lambda shares its cores.
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/**
 * Opens a model.onnx with ONNX Runtime on one thread.
 *
 * @throws InvariantViolated when the bytes are not a model that the runtime can run
 */
export async function openSession(onnx: Uint8Array): Promise<ModelSession> {
  const session = await translate('a readable model', () => InferenceSession.create(onnx, OPTIONS));
  return {
    run: (input) => translate('a scored batch', () => run(session, input)),
    close: () => session.release(),
  };
}

async function run(session: InferenceSession, input: SessionInput): Promise<SessionOutput> {
  const { rows } = input;
  const tensor = (values: Float32Array) => new Tensor('float32', values, [rows, values.length / rows]);
  const feeds: Record<string, Tensor> = { features: tensor(input.features) };
  if (session.inputNames.includes('regime')) feeds['regime'] = tensor(input.regime);
  const results = await session.run(feeds);
  return {
    probabilities: (results['probabilities']?.data ?? new Float64Array(0)) as Float64Array,
    rawScores: (results['value'] ?? results['raw_scores'])?.data as Float64Array,
  };
}

/**
 * Opens somebody else's graph, on the same terms.
 *
 * @throws InvariantViolated when the bytes are not a model that the runtime can run
 */
export async function openGraph(onnx: Uint8Array): Promise<GraphSession> {
  const session = await translate('a readable model', () => InferenceSession.create(onnx, OPTIONS));
  return {
    run: (inputs, output) => translate('a scored batch', () => ask(session, inputs, output)),
    close: () => session.release(),
  };
}

async function ask(
  session: InferenceSession,
  inputs: readonly GraphInput[],
  output: string,
): Promise<Float64Array> {
  const feeds = inputs.map(({ name, values, columns }) => [
    name,
    new Tensor('float32', values, [values.length / columns, columns]),
  ]);
  const results = await session.run(Object.fromEntries(feeds), [output]);
  return Float64Array.from(results[output]?.data as Float32Array | Float64Array);
}

async function translate<T>(expected: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new InvariantViolated(`ONNX Runtime: expected ${expected}, was: ${String(cause)}`, { cause });
  }
}
