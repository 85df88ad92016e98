import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { parseDefinition } from '../definition/validate.ts';
import { StepFunctionsError } from '../service-error.ts';
import { STATE_BYTES_LIMIT } from '../state-failure.ts';
import type { ExecutionRecord } from '../store/executions.ts';
import type { Store } from '../store/store.ts';

export interface StartRequest {
  readonly stateMachineArn: string;
  /** Made up when missing. */
  readonly name?: string | undefined;
  /** JSON text; `{}` when missing. */
  readonly input?: string | undefined;
}

export interface Start {
  readonly execution: ExecutionRecord;
  /** False when a running execution of the same name and input was found. */
  readonly isNew: boolean;
}

const NAME = /^[\w-]{1,80}$/;

/**
 * Writes the start of an execution. The same name and input again, while it runs, finds it; a name that stands
 * for another input or a closed execution is refused with ExecutionAlreadyExists.
 */
export function writeStart(store: Store, clock: LocalClock, request: StartRequest): Start {
  const machine = store.machines.get(request.stateMachineArn);
  if (machine === undefined) {
    const message = `expected the ARN of a state machine, was ${request.stateMachineArn}`;
    throw new StepFunctionsError('StateMachineDoesNotExist', message);
  }
  const name = checkedName(request.name ?? randomUUID());
  const input = checkedInput(request.input ?? '{}');
  const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
  return store.transaction(() => {
    const known = store.executions.get(arn);
    if (known !== undefined) return { execution: sameOrRefused(known, input), isNew: false };
    const startedMs = clock.nowMs();
    const timeoutS = machine.timeoutS ?? parseDefinition(machine.definition).TimeoutSeconds ?? null;
    const deadlineMs = timeoutS === null ? null : startedMs + timeoutS * 1_000;
    const { definitionId } = machine;
    store.executions.insert({
      arn,
      machineArn: machine.arn,
      name,
      definitionId,
      input,
      startedMs,
      deadlineMs,
    });
    const details = { executionStartedEventDetails: { input } };
    store.events.append(arn, { previousId: 0, atMs: startedMs, type: 'ExecutionStarted', details });
    return { execution: store.executions.get(arn)!, isNew: true };
  });
}

function sameOrRefused(known: ExecutionRecord, input: string): ExecutionRecord {
  const isSame = JSON.stringify(JSON.parse(known.input)) === JSON.stringify(JSON.parse(input));
  if (isSame && known.status === 'RUNNING') return known;
  const was = isSame ? `an execution that is ${known.status}` : 'an execution with another input';
  const message = `expected a name that is free or runs with this input, was ${known.arn}: ${was}`;
  throw new StepFunctionsError('ExecutionAlreadyExists', message);
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new StepFunctionsError('InvalidName', `expected 1 to 80 letters, digits, - or _, was ${name}`);
}

function checkedInput(input: string): string {
  const bytes = Buffer.byteLength(input);
  if (bytes > STATE_BYTES_LIMIT) {
    const message = `expected an input of at most ${STATE_BYTES_LIMIT} bytes, was ${bytes}`;
    throw new StepFunctionsError('InvalidExecutionInput', message);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    const message = `expected an input that is JSON, was ${(error as Error).message}`;
    throw new StepFunctionsError('InvalidExecutionInput', message);
  }
  return input;
}
