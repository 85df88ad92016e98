/** A JSONata-mode state machine after validation; fields have the names of the Amazon States Language. */

/** A JSON value in which strings of the form `{% ... %}` are JSONata expressions. */
export type Template = unknown;
export type Assignments = Readonly<Record<string, Template>>;

export interface Block {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Machine extends Block {
  readonly TimeoutSeconds?: number;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

interface Shaped {
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

interface Flowing extends Shaped {
  readonly Next?: string;
  readonly End?: true;
}

interface Guarded extends Flowing {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Guarded {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
}

export interface MapState extends Guarded {
  readonly Type: 'Map';
  readonly ItemProcessor: Block;
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailureCount?: number | string;
}

export interface ParallelState extends Guarded {
  readonly Type: 'Parallel';
  readonly Branches: readonly Block[];
  readonly Arguments?: Template;
}

export interface ChoiceRule extends Shaped {
  readonly Condition: string | boolean;
  readonly Next: string;
}

export interface ChoiceState extends Shaped {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends Flowing {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

export interface PassState extends Flowing {
  readonly Type: 'Pass';
}

export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output?: Template;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export type GuardedState = TaskState | MapState | ParallelState;
export type State = GuardedState | ChoiceState | WaitState | PassState | SucceedState | FailState;
