import type { LocalClock } from '../clock.ts';
import type { LocalService } from '../service.ts';
import type { InvokeTask } from './interpreter/run.ts';
import type { StartRequest } from './interpreter/starts.ts';
import type { ExecutionRecord } from './store/executions.ts';
import type { Store } from './store/store.ts';
import type { TokenOutcome } from './store/tokens.ts';

export interface StepFunctionsOptions {
  /** Where the state is kept; made when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
  readonly invokeTask: InvokeTask;
  readonly accountId: string;
  readonly region: string;
  /** Seeds $random, $uuid and the retries' jitter. */
  readonly seed?: string;
}

export interface StateMachine {
  readonly name: string;
  /** Made of region, account and name when missing. */
  readonly arn?: string | undefined;
  /** The definition's text, JSONata mode. */
  readonly definition: string;
  /** Stands in for the definition's own TimeoutSeconds. */
  readonly timeoutS?: number | undefined;
}

/** Step Functions on this machine: the AWS JSON 1.0 protocol, and the same calls for the same process. */
export interface StepFunctionsService extends LocalService {
  /** Creates the machine or updates its definition, and returns its ARN. Throws `InvalidDefinition`. */
  createStateMachine(machine: StateMachine): string;
  /**
   * Goes on with the executions that a former process left running. Call it once all machines and task targets
   * are there; until then none of them moves.
   */
  resume(): void;
  startExecution(request: StartRequest): ExecutionRecord;
  stopExecution(executionArn: string, error?: string, cause?: string): ExecutionRecord;
  describeExecution(executionArn: string): ExecutionRecord;
  /** Resolves with the execution once it has ended, at once when it has already. */
  untilFinished(executionArn: string): Promise<ExecutionRecord>;
  /** Answers a waitForTaskToken task. */
  sendTaskOutcome(token: string, outcome: TokenOutcome): void;
  sendTaskHeartbeat(token: string): void;
  /** Calls `listener` after each end of an execution; returns the way to unsubscribe. */
  onFinished(listener: (execution: ExecutionRecord) => void): () => void;
  /** What is kept on disk, for the API. */
  readonly store: Store;
}
