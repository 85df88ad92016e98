import type { LocalService } from '../service.ts';
import type { FunctionDefinition } from './definition.ts';
import type { Outcome } from './worker.ts';

export interface InvokeOptions {
  /** Stand in line instead of failing when the reserved concurrency is used up. */
  readonly wait?: boolean;
}

/** The Lambda service: functions in worker processes, invoked in process or over its REST API. */
export interface LambdaService extends LocalService {
  createFunction(definition: FunctionDefinition): void;
  /** Defines how often a failed asynchronous invocation runs again (0..2). */
  setRetryAttempts(functionName: string, attempts: number): void;
  /**
   * Runs a function and waits for its outcome. Throws Throttled when its reserved concurrency is used up, and an
   * error naming the function when there is none.
   */
  invoke(nameOrArn: string, payload: string, options?: InvokeOptions): Promise<Outcome>;
  /** Takes an invocation over durably and returns its request id; failures run again after 1 and 2 minutes. */
  invokeAsync(nameOrArn: string, payload: string): Promise<string>;
  /** How long a function may run; throws when there is none of this name or ARN. */
  timeoutSeconds(nameOrArn: string): number;
  /** Whether a function of this name or ARN exists. */
  has(nameOrArn: string): boolean;
  /** Runs what an earlier process had acknowledged. */
  start(): Promise<void>;
  status(): readonly { readonly name: string; readonly inFlight: number }[];
}
