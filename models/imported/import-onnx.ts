import type { OnnxManifest } from '../../shared/domain/training/import-manifest.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { OpenGraph } from '../../shared/ports/graph-session.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import { checkAnswers } from './check-answers.ts';
import { embedGraph } from './embed.ts';
import { featurePlaces } from './feature-places.ts';
import { fileNamed } from './file-named.ts';
import type { ImportedModel, ImportSource } from './imported-model.ts';
import { wiringOf } from './inspect.ts';
import { readOnnxFile, withOutput } from './onnx-file.ts';
import type { PermutationPlan } from './permutation.ts';
import { noRegime, readRegimeFile } from './regime.ts';

interface Runtime {
  readonly openSession: OpenSession;
  readonly openGraph: OpenGraph;
}

/** Rows that an explanation may ask about: some milliseconds for hundreds of trees. */
const ASKED_ROWS = 640;
const MOST_ORDERS = 8;
const SEED = 1953;

/**
 * An ONNX graph that was made elsewhere as a bundle's. It cannot be looked into, so that its answers are explained by
 * permutation sampling.
 *
 * @throws RejectedInput naming what in the manifest or the file is wrong
 */
export function importOnnx(manifest: OnnxManifest, source: ImportSource, runtime: Runtime): ImportedModel {
  const { featureNames, featureSet, medians } = source;
  const bytes = fileNamed(source.files, manifest.model);
  const file = readOnnxFile(bytes, manifest.model);
  const places = featurePlaces(manifest.features, featureSet, featureNames);
  const regime =
    manifest.regime === null
      ? noRegime()
      : readRegimeFile(textOf(source, manifest.regime.file), manifest.regime.file, featureSet, featureNames);
  const wiring = wiringOf(file, manifest, places, regime.states);
  const onnx = embedGraph(file, wiring, featureNames.length);
  const kept = [...places].sort((a, b) => a - b);
  const looked = regime.states === 1 ? kept : [...kept, ...regimeColumns(featureNames.length, regime.states)];
  const plan: PermutationPlan = {
    background: [...medians, ...regime.initial],
    columns: looked,
    orders: Math.min(MOST_ORDERS, Math.max(1, Math.floor(ASKED_ROWS / (2 * (looked.length + 1))))),
    seed: SEED,
  };
  return {
    onnx,
    files: new Map([['permutation.json', new TextEncoder().encode(JSON.stringify(plan))]]),
    regime,
    kept,
    parameters: { producer: file.producer.split('\n')[0] || 'not stated', steps: file.nodes.length },
    rounds: 0,
    async verify(sample, count, seed) {
      const original = await opened(manifest.model, () =>
        runtime.openGraph(withOutput(bytes, wiring.answer)),
      );
      const session = await opened(manifest.model, () => runtime.openSession(onnx));
      try {
        return await checkAnswers({ session, original, wiring, sample, count, seed });
      } finally {
        await session.close();
        await original.close();
      }
    },
  };
}

function regimeColumns(features: number, states: number): number[] {
  return Array.from({ length: states }, (_, state) => features + state);
}

function textOf({ files }: ImportSource, name: string): string {
  return new TextDecoder().decode(fileNamed(files, name));
}

/** What the runtime cannot load is the maker's to change. */
async function opened<T>(name: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof InvariantViolated)) throw cause;
    throw new RejectedInput(
      `${name}: expected a graph that ONNX Runtime can run, was refused: ${cause.message}; ` +
        'export it with standard operators and an opset that the runtime has',
      { field: name, cause },
    );
  }
}
