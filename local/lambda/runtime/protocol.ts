/** Time as a worker must see it: a simulated instant, or null for the machine's own time. */
export type WorkerTime = number | null;

/** What the parent sends to a worker process. */
export type ToWorker =
  | { readonly kind: 'time'; readonly nowMs: WorkerTime }
  | {
      readonly kind: 'invoke';
      readonly requestId: string;
      /** JSON text, as it travels. */
      readonly payload: string;
      readonly nowMs: WorkerTime;
      readonly deadlineMs: number;
      readonly functionArn: string;
    };

/** What a worker process sends to the parent. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-to-start'; readonly error: FunctionError }
  | { readonly kind: 'answer'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: FunctionError };

/** An error as Lambda reports it in the payload of a failed invocation. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  readonly cause?: FunctionError;
}
