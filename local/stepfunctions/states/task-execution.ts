import { createHash } from 'node:crypto';
import { abortable } from '../interpreter/timers.ts';
import { StepFunctionsError } from '../service-error.ts';
import { StateFailure } from '../state-failure.ts';
import type { ExecutionRecord } from '../store/executions.ts';
import type { Attempt } from './invoke.ts';

/**
 * `states:startExecution`, with `.sync:2` waiting idly for the end and resolving with the execution, its output
 * parsed. The name is derived from the attempt when none is given, so that a re-run finds what it had started.
 */
export async function startChildExecution(attempt: Attempt): Promise<unknown> {
  const { position, state } = attempt;
  const { children } = position.run.interpreter;
  const { machineArn, name, input } = requestOf(attempt);
  const child = startOrFail(() => children.start(machineArn, name, input));
  if (!state.Resource.endsWith('.sync:2')) {
    return { ExecutionArn: child.arn, StartDate: new Date(child.startedMs).toISOString() };
  }
  const ended = await position.hold.idleWhile(untilEnded(attempt, child.arn));
  const description = describe(ended);
  if (ended.status === 'SUCCEEDED') return description;
  throw new StateFailure('States.TaskFailed', JSON.stringify(description));
}

/** The API's errors, under the names that a state machine sees. */
function startOrFail(start: () => ExecutionRecord): ExecutionRecord {
  try {
    return start();
  } catch (thrown) {
    if (!(thrown instanceof StepFunctionsError)) throw thrown;
    throw new StateFailure(`StepFunctions.${thrown.name}Exception`, thrown.message);
  }
}

function requestOf({ taskArguments, context }: Attempt): {
  machineArn: string;
  name: string;
  input: unknown;
} {
  const given = taskArguments as Record<string, unknown> | null;
  const machineArn = given?.['StateMachineArn'];
  if (typeof machineArn !== 'string') {
    const was = JSON.stringify(machineArn) ?? 'missing';
    throw new StateFailure('States.Runtime', `Arguments/StateMachineArn must be text, was ${was}`);
  }
  const derived = createHash('sha256').update(context.attemptId).digest('hex').slice(0, 32);
  return { machineArn, name: String(given?.['Name'] ?? derived), input: given?.['Input'] ?? {} };
}

/** Stops the child when its parent is given up, as Step Functions does. */
async function untilEnded({ position, context }: Attempt, arn: string): Promise<ExecutionRecord> {
  const { children } = position.run.interpreter;
  try {
    return await abortable(children.untilFinished(arn), context.signal);
  } catch (thrown) {
    children.stop(
      arn,
      'States.ParentStopped',
      `the state "${position.frame.state}" that waited for it was given up`,
    );
    throw thrown;
  }
}

function describe(execution: ExecutionRecord): Record<string, unknown> {
  return {
    ExecutionArn: execution.arn,
    Name: execution.name,
    StateMachineArn: execution.machineArn,
    Status: execution.status,
    StartDate: execution.startedMs,
    StopDate: execution.stoppedMs,
    Input: JSON.parse(execution.input),
    ...(execution.output === null ? {} : { Output: JSON.parse(execution.output) }),
    ...(execution.error === null ? {} : { Error: execution.error }),
    ...(execution.cause === null ? {} : { Cause: execution.cause }),
  };
}
