import type { FittedMagnitude, MagnitudeRequest } from '../../shared/ports/model-family.ts';
import { checkMeasured } from '../families/check-training.ts';
import { writeRegressor } from '../onnx/regressor.ts';
import { forestGraph } from '../trees/forest-graph.ts';
import type { Boosting } from './boosting.ts';
import { growTrees, treesFile, verifyTrees } from './grow-trees.ts';
import type { NativeThread } from './thread.ts';

/** Trees that add up to a number, by least squares. */
export async function fitBoostedMagnitude(
  boosting: Boosting,
  thread: NativeThread,
  request: MagnitudeRequest,
): Promise<FittedMagnitude> {
  checkMeasured(request.training);
  const grown = await growTrees(boosting, thread, request, 'magnitude', ({ amounts }) =>
    Float32Array.from(amounts),
  );
  const { rounds, validationLosses, card } = grown;
  return {
    ...{ rounds, validationLosses, card },
    values: (matrix) => grown.oracle.rawScores(matrix),
    exportModel(layout) {
      const forest = grown.forestAt(layout);
      return { onnx: writeRegressor(forestGraph(forest), layout.regimeStates), files: treesFile(forest) };
    },
    verifyExport: (exported, layout, sample, options) =>
      verifyTrees(grown, exported, layout, null, sample, options),
  };
}
