import { parseResource } from '../definition/resources.ts';
import type { TaskState } from '../definition/types.ts';
import { runGuarded } from '../interpreter/guard.ts';
import {
  evaluateField,
  type Position,
  recordEvent,
  saveFrame,
  type TaskContext,
  type Transition,
} from '../interpreter/run.ts';
import { abortable, withDeadline } from '../interpreter/timers.ts';
import { assertWithinLimit, StateFailure } from '../state-failure.ts';
import { type Attempt, invoke } from './invoke.ts';
import { numberField } from './number-field.ts';
import { startChildExecution } from './task-execution.ts';
import { awaitToken, openToken } from './task-token.ts';

export function runTask(position: Position, state: TaskState): Promise<Transition> {
  return runGuarded(position, state, () => attempt(position, state));
}

async function attempt(position: Position, state: TaskState): Promise<unknown> {
  const { frame } = position;
  const needsToken = state.Resource.endsWith('.waitForTaskToken');
  if (needsToken) openToken(position);
  const taskArguments =
    state.Arguments === undefined ? frame.input : await evaluateField(position, state.Arguments, 'Arguments');
  assertWithinLimit(taskArguments, `the arguments of state "${frame.state}"`);
  await setDeadline(position, state);
  if (frame.progress.invoked !== true) {
    const parameters = JSON.stringify(taskArguments);
    recordTask(position, state, 'TaskScheduled', { parameters, region: regionOf(position) });
    saveFrame(position);
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([position.signal, stop.signal]);
  try {
    const result = await perform({ position, state, taskArguments, context: contextFor(position, signal) });
    assertWithinLimit(result, `the result of state "${frame.state}"`);
    recordTask(position, state, 'TaskSucceeded', { output: JSON.stringify(result) });
    return result;
  } catch (thrown) {
    position.signal.throwIfAborted();
    stop.abort(thrown);
    position.hold.beBusy();
    throw recordFailure(position, state, thrown);
  }
}

async function setDeadline(position: Position, state: TaskState): Promise<void> {
  const { run, frame } = position;
  const timeoutS = await numberField(position, state.TimeoutSeconds, 'TimeoutSeconds');
  const isRunningOn = frame.progress.invoked === true && frame.progress.deadlineMs !== undefined;
  if (timeoutS === undefined || isRunningOn) return;
  frame.progress.deadlineMs = run.interpreter.clock.nowMs() + timeoutS * 1_000;
}

async function perform(attempt: Attempt): Promise<unknown> {
  const { position, state } = attempt;
  const { clock } = position.run.interpreter;
  const { deadlineMs } = position.frame.progress;
  const late = () =>
    new StateFailure('States.Timeout', `state "${position.frame.state}" ran beyond its TimeoutSeconds`);
  const result = await withDeadline(clock, deadlineMs, abortable(kindOf(attempt), position.signal), late);
  return JSON.parse(JSON.stringify(result ?? null));

  function kindOf(one: Attempt): Promise<unknown> {
    if (state.Resource.endsWith('.waitForTaskToken')) return awaitToken(one);
    if (parseResource(state.Resource)?.type === 'states') return startChildExecution(one);
    return invoke(one);
  }
}

function contextFor({ run, frame }: Position, signal: AbortSignal): TaskContext {
  return {
    executionArn: run.execution.arn,
    executionName: run.execution.name,
    stateMachineArn: run.execution.machineArn,
    stateName: frame.state,
    retryCount: frame.progress.attempt,
    attemptId: [run.execution.arn, frame.path, frame.visit, frame.progress.attempt].join('|'),
    signal,
    ...(frame.progress.token === undefined ? {} : { taskToken: frame.progress.token }),
  };
}

function regionOf({ run }: Position): string {
  return run.execution.arn.split(':')[3] ?? '';
}

function recordTask(
  position: Position,
  state: TaskState,
  type: string,
  details: Record<string, unknown>,
): void {
  const { type: resourceType, action: resource } = parseResource(state.Resource) ?? { type: '', action: '' };
  const field = `${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`;
  recordEvent(position, type, { [field]: { resourceType, resource, ...details } });
}

function recordFailure(position: Position, state: TaskState, thrown: unknown): unknown {
  if (!(thrown instanceof StateFailure)) return thrown;
  const isTimeout = thrown.error === 'States.Timeout' || thrown.error === 'States.HeartbeatTimeout';
  const details = { error: thrown.error, cause: thrown.causeText };
  recordTask(position, state, isTimeout ? 'TaskTimedOut' : 'TaskFailed', details);
  return thrown;
}
