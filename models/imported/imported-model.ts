import type { ExactnessReport, Matrix, ModelParameters } from '../../shared/ports/model-family.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';

/** A model that was made elsewhere, in the form of a bundle. */
export interface ImportedModel {
  /** model.onnx of the bundle. */
  readonly onnx: Uint8Array;
  /** What explains its answers, by file name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly regime: GaussianHmm;
  /** Features that it looks at, as positions in the bundle's rows, ascending. */
  readonly kept: readonly number[];
  /** What it is, for bundle.json. */
  readonly parameters: ModelParameters;
  /** Rounds of boosting; 0 where there are none to tell. */
  readonly rounds: number;
  /**
   * Proves that the bundle answers as the imported files do.
   *
   * @param sample - rows of the dataset: features, then regime probabilities
   * @param count - rows of each kind
   */
  verify(sample: Matrix, count: number, seed: number): Promise<ExactnessReport>;
}

/** What is needed to read a model's files. */
export interface ImportSource {
  /** By name, without the manifest. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly featureSet: string;
  /** Of the bundle's rows. */
  readonly featureNames: readonly string[];
  /** Medians of the features on earlier rows; null where there is none. */
  readonly medians: readonly (number | null)[];
}
