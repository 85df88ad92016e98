/** What a thread with a native library is asked and answers; typed arrays are copied between threads. */

/** Observations as the libraries take them: float32 features row by row, classes 0..2 or amounts, weights >= 0. */
export interface Observations {
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly labels: Int32Array | Float32Array;
  readonly weights: Float32Array;
}

export interface TrainRequest {
  readonly training: Observations;
  readonly validation: Observations | null;
  /** `name=value`, separated by spaces. */
  readonly parameters: string;
  readonly rounds: number;
  /** Rounds without a better validation loss before stopping; ignored without validation. */
  readonly earlyStoppingRounds: number;
}

export interface TrainReply {
  /** The model as the library writes it, cut to `rounds`. */
  readonly text: string;
  readonly rounds: number;
  /** The validation loss after each round (log-loss, or root mean squared error); empty without validation. */
  readonly validationLosses: readonly number[];
  readonly cancelled: boolean;
}

/** Raw scores [rows x outputs], leaf numbers [rows x trees], or contributions [rows x outputs x (columns + 1)]. */
export type Predicted = 'raw' | 'leaf' | 'contribution';

export interface PredictRequest {
  readonly text: string;
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly kind: Predicted;
  /** Values per row, known from the kind. */
  readonly width: number;
}

/** Watches over a training run from the thread's side. */
export interface Watch {
  readonly cancelled: () => boolean;
  readonly onRound: (round: number) => void;
}

/** A library, loaded. Its calls block. */
export interface Backend {
  train(request: TrainRequest, watch: Watch): TrainReply;
  predict(request: PredictRequest): Float64Array;
}

/** What a library learns: three classes by their log-loss, or a number by least squares. */
export type Objective = 'classes' | 'magnitude';

/** Values a row is answered with. */
export const OUTPUTS: Readonly<Record<Objective, number>> = { classes: 3, magnitude: 1 };

export type LibraryName = 'lightgbm' | 'xgboost';

/** What the thread is started with. */
export interface ThreadStart {
  readonly name: LibraryName;
  /** The library's file. */
  readonly library: string;
  /** The OpenMP runtime's file; null leaves it to the loader. */
  readonly openmp: string | null;
}

export type Request =
  | { readonly id: number; readonly cancel: Int32Array; readonly train: TrainRequest }
  | { readonly id: number; readonly predict: PredictRequest };

export type Reply =
  | { readonly id: number; readonly round: number }
  | { readonly id: number; readonly trained: TrainReply }
  | { readonly id: number; readonly predicted: Float64Array }
  | { readonly id: number; readonly failure: { readonly name: string; readonly message: string } };
