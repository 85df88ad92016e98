import type { OpenSession } from './model-session.ts';

/** Whether a family can be used here; `linear` always can, the native ones need their library. */
export type Availability =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string };

/** A matrix of float32 values, row by row; NaN is missing. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

export interface LabelledMatrix extends Matrix {
  /** Classes: 0 SELL, 1 HOLD, 2 BUY. */
  readonly labels: Int32Array;
  /** > 0; only their ratios matter. */
  readonly weights: Float64Array;
}

export interface FitRequest {
  readonly training: LabelledMatrix;
  /** Later rows than the training rows; stops the fit when they get no better. */
  readonly validation: LabelledMatrix | null;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly seed: number;
  readonly threads: number;
  readonly onRound?: ((round: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the fitted columns stand in the bundle's rows (features, then regime probabilities). */
export interface ExportLayout {
  /** places[c] is where fitted column c stands. */
  readonly places: Int32Array;
  readonly columns: number;
  readonly regimeStates: number;
  readonly calibration: { readonly scale: readonly number[]; readonly bias: readonly number[] };
}

export interface ExportedModel {
  readonly onnx: Uint8Array;
  /** What explains single answers, by file name; for trees `trees.json`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What the exactness gate found; it throws when anything differs. */
export interface ExactnessReport {
  readonly ordinaryRows: number;
  readonly adversarialRows: number;
  readonly leafMismatches: number;
  readonly worstScoreDifference: number;
  readonly worstProbabilityDifference: number;
}

export interface FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  /** Raw scores [rows x 3] by the family's own library. */
  rawScores(matrix: Matrix): Promise<Float64Array>;
  exportModel(layout: ExportLayout): ExportedModel;
  /**
   * Compares the export with the family's own library, decision by decision, on `count` rows drawn
   * from the sample and `count` adversarial ones.
   * @throws InvariantViolated when one differs
   */
  verifyExport(
    exported: ExportedModel,
    layout: ExportLayout,
    sample: Matrix,
    options: { readonly count: number; readonly seed: number; readonly openSession: OpenSession },
  ): Promise<ExactnessReport>;
}

/** A way of learning a three-class model that can be written as ONNX. */
export interface ModelFamily {
  readonly name: string;
  availability(): Availability;
  /** @throws RejectedInput when the parameters cannot be exported; InvariantViolated when the library is absent */
  fit(request: FitRequest): Promise<FittedModel>;
  /** Ends whatever threads it keeps. */
  close(): void;
}
