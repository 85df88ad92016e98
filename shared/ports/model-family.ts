import type { CalibrationForm } from '../domain/training/calibration.ts';
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
  /** >= 0, 0 leaves a row out; only their ratios matter. */
  readonly weights: Float64Array;
  /**
   * Number of each row's session, ascending. Labels never reach across a session's end, so a family that splits its
   * rows inside the fit (stacking) splits between sessions and needs no purge.
   */
  readonly sessions: Int32Array;
}

export type ModelParameters = Readonly<Record<string, number | string | boolean>>;

/** Where a search may look for one parameter: both ends belong to it. */
export interface ParameterRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** `log`: equal ratios are equally likely. */
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
}

export interface FitRequest {
  readonly training: LabelledMatrix;
  /** Later rows than the training rows; stops the fit when they get no better. */
  readonly validation: LabelledMatrix | null;
  /** The family's own names, over its defaults. */
  readonly parameters: ModelParameters;
  /** Boosting rounds at most; a family that runs to its optimum ignores it. */
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly seed: number;
  readonly threads: number;
  /** Called after each round or step of the optimisation, which count from 1. */
  readonly onRound?: ((round: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the fitted columns stand in the bundle's rows (features, then regime probabilities). */
export interface ExportLayout {
  /** places[c] is where fitted column c stands. */
  readonly places: Int32Array;
  readonly columns: number;
  readonly regimeStates: number;
  readonly calibration: CalibrationForm;
}

export interface ExportedModel {
  readonly onnx: Uint8Array;
  /** What explains single answers, by file name: `trees.json`, `linear.json`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What the exactness gate found; it throws when anything differs. */
export interface ExactnessReport {
  readonly ordinaryRows: number;
  readonly adversarialRows: number;
  /** 0 for a family without trees. */
  readonly leafMismatches: number;
  /** Relative to the score where that is above 1. */
  readonly worstScoreDifference: number;
  readonly worstProbabilityDifference: number;
}

export interface VerifyOptions {
  /** Rows of each kind. */
  readonly count: number;
  readonly seed: number;
  readonly openSession: OpenSession;
}

export interface FittedModel {
  /** Rounds in the model, at least 1; a fixed number of rounds for a later fit on more rows. */
  readonly rounds: number;
  /** The log-loss on the validation rows after each round; one value, or none, where the fit does not look. */
  readonly validationLosses: readonly number[];
  /** What a person wants to know of this fit: library, rounds, how it ended. Equal for equal requests. */
  readonly card: ModelParameters;
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
    options: VerifyOptions,
  ): Promise<ExactnessReport>;
}

/** Rows with the amounts that came true, in one unit; finite. */
export interface MeasuredMatrix extends Matrix {
  readonly amounts: Float64Array;
  /** >= 0, 0 leaves a row out; only their ratios matter. */
  readonly weights: Float64Array;
}

export interface MagnitudeRequest extends Omit<FitRequest, 'training' | 'validation'> {
  readonly training: MeasuredMatrix;
  /** Later rows than the training rows; stops the fit when they get no better. */
  readonly validation: MeasuredMatrix | null;
}

/** As for classes; an amount needs no calibration. */
export type MagnitudeLayout = Omit<ExportLayout, 'calibration'>;

/** A fitted model of one number: least squares. */
export interface FittedMagnitude extends Pick<FittedModel, 'rounds' | 'card'> {
  /** The root mean squared error on the validation rows after each round, in the unit of the amounts. */
  readonly validationLosses: readonly number[];
  /** Amounts [rows] by the family's own library. */
  values(matrix: Matrix): Promise<Float64Array>;
  exportModel(layout: MagnitudeLayout): ExportedModel;
  /** As for classes; the difference of probabilities is 0. @throws InvariantViolated when a row differs */
  verifyExport(
    exported: ExportedModel,
    layout: MagnitudeLayout,
    sample: Matrix,
    options: VerifyOptions,
  ): Promise<ExactnessReport>;
}

/**
 * A way of learning a three-class model that can be written as ONNX.
 *
 * A row is all that a model sees. A sequence model takes its window as columns, oldest first, and folds them back inside
 * its graph; a stack of families is built from families and is one itself (docs/decisions/0026-model-families.md).
 */
export interface ModelFamily {
  readonly name: string;
  /** Where the seeded search looks for parameters. */
  readonly searchSpace: readonly ParameterRange[];
  availability(): Availability;
  /** SHA-256 of the native library, to tell why a model came out otherwise; absent from a family without one. */
  libraryHash?(): string;
  /**
   * Equal requests give equal models, bit for bit.
   *
   * @throws RejectedInput naming why these rows cannot be learnt from (too few, one class only, no column that varies),
   * or the parameter that cannot be exported; InvariantViolated when the library is absent; the signal's reason
   */
  fit(request: FitRequest): Promise<FittedModel>;
  /**
   * The same for a number instead of classes, by least squares; absent from a family that learns classes only.
   *
   * @throws RejectedInput naming why these rows cannot be learnt from; as `fit` otherwise
   */
  fitMagnitude?(request: MagnitudeRequest): Promise<FittedMagnitude>;
  /** Ends whatever threads it keeps. */
  close(): void;
}
