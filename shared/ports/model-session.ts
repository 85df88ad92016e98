/** Rows for a model: float32, row by row, NaN is missing. */
export interface SessionInput {
  readonly rows: number;
  /** [rows x features] */
  readonly features: Float32Array;
  /** [rows x states]; empty when the model takes no regime. */
  readonly regime: Float32Array;
}

export interface SessionOutput {
  /** [rows x classes], each row sums to 1; empty for a magnitude. */
  readonly probabilities: Float64Array;
  /** [rows x classes], before calibration; [rows x 1] for a magnitude: the amounts themselves. */
  readonly rawScores: Float64Array;
}

/** A loaded model that answers. */
export interface ModelSession {
  run(input: SessionInput): Promise<SessionOutput>;
  close(): Promise<void>;
}

/** Loads the bytes of a model.onnx. */
export type OpenSession = (onnx: Uint8Array) => Promise<ModelSession>;
