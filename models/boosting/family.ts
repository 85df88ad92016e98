import { InvariantViolated } from '../../shared/errors.ts';
import type { FitRequest, FittedModel, ModelFamily } from '../../shared/ports/model-family.ts';
import { checkTraining } from '../families/check-training.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { forestGraph } from '../trees/forest-graph.ts';
import type { Boosting } from './boosting.ts';
import { findLibrary, sha256OfFile } from './find-library.ts';
import { type Grown, growTrees, treesFile, verifyTrees } from './grow-trees.ts';
import { fitBoostedMagnitude } from './magnitude.ts';
import { NativeThread } from './thread.ts';

export interface NativePlaces {
  /** Folders that may hold the native libraries, joined as in LD_LIBRARY_PATH. */
  readonly searchPath: string;
  /** `worker.ts`, or the file it was bundled into. */
  readonly workerFile: string | URL;
}

/** Gradient-boosted trees by a native library, in a thread of its own that starts with the first fit. */
export function boostedFamily(boosting: Boosting, { searchPath, workerFile }: NativePlaces): ModelFamily {
  const { name, searchSpace } = boosting;
  const found = findLibrary(name, searchPath);
  let thread: NativeThread | null = null;
  const openThread = (): NativeThread => {
    if (!found.available) throw new InvariantViolated(`${name}: ${found.reason}`);
    const { library, openmp } = found;
    // A thread that died takes its night with it, not the next one.
    if (thread === null || !thread.isOpen) thread = new NativeThread({ name, library, openmp }, workerFile);
    return thread;
  };
  return {
    name,
    searchSpace,
    availability: () => (found.available ? { available: true } : found),
    libraryHash: () => (found.available ? sha256OfFile(found.library) : 'absent'),
    fit: async (request) => fitBoosted(boosting, openThread(), request),
    fitMagnitude: async (request) => fitBoostedMagnitude(boosting, openThread(), request),
    close() {
      thread?.[Symbol.dispose]();
      thread = null;
    },
  };
}

async function fitBoosted(
  boosting: Boosting,
  thread: NativeThread,
  request: FitRequest,
): Promise<FittedModel> {
  checkTraining(request.training);
  const grown = await growTrees(boosting, thread, request, 'classes', ({ labels }) => labels);
  return fitted(grown);
}

function fitted(grown: Grown): FittedModel {
  const { rounds, validationLosses, card } = grown;
  return {
    ...{ rounds, validationLosses, card },
    rawScores: (matrix) => grown.oracle.rawScores(matrix),
    exportModel(layout) {
      const forest = grown.forestAt(layout);
      const onnx = writeClassifier(forestGraph(forest), layout.regimeStates, layout.calibration);
      return { onnx, files: treesFile(forest) };
    },
    verifyExport: (exported, layout, sample, options) =>
      verifyTrees(grown, exported, layout, layout.calibration, sample, options),
  };
}
