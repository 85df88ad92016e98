/** A table for one input of a graph: float32, row by row. */
export interface GraphInput {
  readonly name: string;
  readonly values: Float32Array;
  readonly columns: number;
}

/** Somebody else's graph, asked by its own names. */
export interface GraphSession {
  /** @returns the output's values, row by row */
  run(inputs: readonly GraphInput[], output: string): Promise<Float64Array>;
  close(): Promise<void>;
}

/** @throws InvariantViolated with the runtime's words when it cannot run the graph */
export type OpenGraph = (onnx: Uint8Array) => Promise<GraphSession>;
