import type { LocalClock } from '../../clock.ts';
import type { State } from '../definition/types.ts';
import { randomStream } from '../expression/random.ts';
import { evaluateTemplate, type Scope } from '../expression/template.ts';
import type { ExecutionRecord } from '../store/executions.ts';
import type { Frame } from '../store/frames.ts';
import type { Store } from '../store/store.ts';
import type { TokenOutcome } from '../store/tokens.ts';
import type { Hold } from './hold.ts';

/** What a task is told beside its arguments. */
export interface TaskContext {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  /** 0 for the first attempt. */
  readonly retryCount: number;
  /** Names this attempt, also when it is run again after a restart. */
  readonly attemptId: string;
  /** Only with `.waitForTaskToken`. */
  readonly taskToken?: string;
  /** Aborted when the attempt times out or the execution stops. */
  readonly signal: AbortSignal;
}

/**
 * Runs one task; `resource` is the Task's Resource as the definition has it. What it resolves with becomes
 * `$states.result`; what it throws becomes the state's error: `name` is what ErrorEquals matches, `message` the cause.
 */
export type InvokeTask = (resource: string, taskArguments: unknown, context: TaskContext) => Promise<unknown>;

/** Starts and follows executions from inside a task (`states:startExecution`). */
export interface ChildExecutions {
  start(machineArn: string, name: string, input: unknown): ExecutionRecord;
  untilFinished(executionArn: string): Promise<ExecutionRecord>;
  stop(executionArn: string, error: string, cause: string): void;
}

export interface Interpreter {
  readonly store: Store;
  readonly clock: LocalClock;
  readonly seed: string;
  readonly invokeTask: InvokeTask;
  readonly children: ChildExecutions;
  /** Runs one state; handed in, because Map and Parallel run frames of states again. */
  readonly runState: (position: Position, state: State) => Promise<Transition>;
  /** Resolves once the token is answered. */
  untilAnswered(token: string): Promise<TokenOutcome>;
}

/** One execution that is being run. */
export interface Run {
  readonly interpreter: Interpreter;
  readonly execution: ExecutionRecord;
  readonly machineName: string;
}

/** A state that is being run, and all it can reach. */
export interface Position {
  readonly run: Run;
  readonly frame: Frame;
  /** Variables of the frames around this one. */
  readonly outer: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly hold: Hold;
}

/** Where a state leads: `next` null ends the frame. */
export interface Transition {
  readonly next: string | null;
  readonly output: unknown;
  readonly assign: Readonly<Record<string, unknown>>;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The context object, `$states.context`. */
export function contextOf({ run, frame }: Position, item = frame.item): Record<string, unknown> {
  const { execution } = run;
  return {
    Execution: {
      Id: execution.arn,
      Name: execution.name,
      Input: JSON.parse(execution.input),
      StartTime: iso(execution.startedMs),
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.machineArn, Name: run.machineName },
    State: { Name: frame.state, EnteredTime: iso(frame.enteredMs), RetryCount: frame.progress.attempt },
    ...(frame.progress.token === undefined ? {} : { Task: { Token: frame.progress.token } }),
    ...(item === undefined ? {} : { Map: { Item: item } }),
  };
}

/** All variables that the state sees. */
export function variablesOf(position: Position): Record<string, unknown> {
  return { ...position.outer, ...position.frame.variables };
}

/** Evaluates one field of the state; `more` adds to `$states` (result, errorOutput, another context). */
export function evaluateField(
  position: Position,
  template: unknown,
  field: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const { run, frame } = position;
  const { seed, clock } = run.interpreter;
  const scope: Scope = {
    states: { input: frame.input, context: contextOf(position), ...more },
    variables: variablesOf(position),
    nowMs: clock.nowMs(),
    random: randomStream(
      [seed, run.execution.arn, frame.path, frame.visit, frame.progress.attempt, field].join('|'),
    ),
  };
  return evaluateTemplate(template, scope, field);
}

/** Writes the frame; after an abort nothing more is written. */
export function saveFrame({ run, frame, signal }: Position): void {
  signal.throwIfAborted();
  run.interpreter.store.frames.save(run.execution.arn, frame);
}

/** Appends to the execution's history, behind the frame's last event. */
export function recordEvent(position: Position, type: string, details: Record<string, unknown>): void {
  position.signal.throwIfAborted();
  const { run, frame } = position;
  frame.lastEventId = run.interpreter.store.events.append(run.execution.arn, {
    previousId: frame.lastEventId,
    atMs: run.interpreter.clock.nowMs(),
    type,
    details,
  });
}
