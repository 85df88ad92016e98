import type { Matrix, ModelParameters, ParameterRange } from '../../shared/ports/model-family.ts';
import type { TreeOracle } from '../trees/exactness.ts';
import type { Forest } from '../trees/forest.ts';
import type { LibraryName, Objective, Predicted } from './protocol.ts';

/** Asks the library about rows with the columns that were fitted. */
export type Ask = (matrix: Matrix, kind: Predicted, width: number) => Promise<Float64Array>;

/** What is a library's own among the boosted families. */
export interface Boosting {
  readonly name: LibraryName;
  readonly searchSpace: readonly ParameterRange[];
  /** `name=value` of all parameters, separated by spaces. @throws RejectedInput for those without exact export */
  readonly parameterText: (
    parameters: ModelParameters,
    seed: number,
    threads: number,
    objective: Objective,
  ) => string;
  /** The sample weights as the library is given them. */
  readonly weights: (weights: Float64Array) => Float32Array;
  readonly parseModel: (text: string) => Forest;
  /** The library's answers about the trees of `parseModel`, which has `outputs` values a row. */
  readonly oracle: (ask: Ask, text: string, outputs: number) => TreeOracle;
}
