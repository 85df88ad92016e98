import type { StepFunctionsService } from '../contract.ts';
import { StepFunctionsError } from '../service-error.ts';
import { STATE_BYTES_LIMIT } from '../state-failure.ts';
import type { ExecutionRecord } from '../store/executions.ts';
import type { MachineRecord } from '../store/machines.ts';
import {
  nextToken,
  optionalText,
  type Parameters,
  pageSize,
  positionIn,
  requiredText,
} from './parameters.ts';

type Operation = (service: StepFunctionsService, parameters: Parameters) => unknown;

/** The operations of the API, by the name in X-Amz-Target. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  StartExecution: startExecution,
  StopExecution: stopExecution,
  DescribeExecution: describeExecution,
  ListExecutions: listExecutions,
  GetExecutionHistory: getExecutionHistory,
  DescribeStateMachine: describeStateMachine,
  ListStateMachines: listStateMachines,
  SendTaskSuccess: sendTaskSuccess,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
};

/** An instant as AWS JSON writes it: epoch seconds. */
function seconds(ms: number): number {
  return ms / 1_000;
}

/** Leaves out fields without a value. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

function startExecution(service: StepFunctionsService, parameters: Parameters): unknown {
  const execution = service.startExecution({
    stateMachineArn: requiredText(parameters, 'stateMachineArn'),
    name: optionalText(parameters, 'name'),
    input: optionalText(parameters, 'input'),
  });
  return { executionArn: execution.arn, startDate: seconds(execution.startedMs) };
}

function stopExecution(service: StepFunctionsService, parameters: Parameters): unknown {
  const arn = requiredText(parameters, 'executionArn');
  const stopped = service.stopExecution(
    arn,
    optionalText(parameters, 'error'),
    optionalText(parameters, 'cause'),
  );
  return { stopDate: seconds(stopped.stoppedMs ?? 0) };
}

function describeExecution(service: StepFunctionsService, parameters: Parameters): unknown {
  const execution = service.describeExecution(requiredText(parameters, 'executionArn'));
  const { input, output, error, cause } = execution;
  const outputDetails = output === null ? null : { included: true };
  return present({
    ...summary(execution),
    input,
    inputDetails: { included: true },
    output,
    outputDetails,
    error,
    cause,
  });
}

function summary(execution: ExecutionRecord): Record<string, unknown> {
  return present({
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startedMs),
    stopDate: execution.stoppedMs === null ? null : seconds(execution.stoppedMs),
    redriveCount: 0,
  });
}

function listExecutions(service: StepFunctionsService, parameters: Parameters): unknown {
  const machineArn = machineOf(service, parameters).arn;
  const limit = pageSize(parameters);
  const status = optionalText(parameters, 'statusFilter');
  const beforeOrdinal = positionIn(parameters);
  const executions = service.store.executions.list({
    machineArn,
    limit,
    ...(status === undefined ? {} : { status }),
    ...(beforeOrdinal === undefined ? {} : { beforeOrdinal }),
  });
  const page = nextToken(executions.length === limit, executions.at(-1)?.ordinal);
  return { executions: executions.map(summary), ...page };
}

function getExecutionHistory(service: StepFunctionsService, parameters: Parameters): unknown {
  const { arn } = service.describeExecution(requiredText(parameters, 'executionArn'));
  const limit = pageSize(parameters);
  const afterId = positionIn(parameters);
  const newestFirst = parameters['reverseOrder'] === true;
  const query = { limit, newestFirst, ...(afterId === undefined ? {} : { afterId }) };
  const events = service.store.events.list(arn, query);
  const written = events.map(({ id, previousId, atMs, type, details }) => {
    return { id, previousEventId: previousId, timestamp: seconds(atMs), type, ...details };
  });
  return { events: written, ...nextToken(events.length === limit, events.at(-1)?.id) };
}

function machineOf(service: StepFunctionsService, parameters: Parameters): MachineRecord {
  const arn = requiredText(parameters, 'stateMachineArn');
  const machine = service.store.machines.get(arn);
  if (machine !== undefined) return machine;
  throw new StepFunctionsError('StateMachineDoesNotExist', `expected the ARN of a state machine, was ${arn}`);
}

function describeStateMachine(service: StepFunctionsService, parameters: Parameters): unknown {
  const { arn, name, definition, createdMs } = machineOf(service, parameters);
  const roleArn = `arn:aws:iam::${arn.split(':')[4]}:role/local`;
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition,
    roleArn,
    type: 'STANDARD',
    creationDate: seconds(createdMs),
  };
}

function listStateMachines(service: StepFunctionsService, parameters: Parameters): unknown {
  const limit = pageSize(parameters);
  const first = positionIn(parameters) ?? 0;
  const all = service.store.machines.list();
  const stateMachines = all.slice(first, first + limit).map(({ arn, name, createdMs }) => {
    return { stateMachineArn: arn, name, type: 'STANDARD', creationDate: seconds(createdMs) };
  });
  return { stateMachines, ...nextToken(first + limit < all.length, first + limit) };
}

function sendTaskSuccess(service: StepFunctionsService, parameters: Parameters): unknown {
  const text = requiredText(parameters, 'output');
  service.sendTaskOutcome(requiredText(parameters, 'taskToken'), { output: parseOutput(text) });
  return {};
}

function parseOutput(text: string): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > STATE_BYTES_LIMIT) {
    const message = `output: expected at most ${STATE_BYTES_LIMIT} bytes, was ${bytes}`;
    throw new StepFunctionsError('InvalidOutput', message);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StepFunctionsError('InvalidOutput', `output: expected JSON, was ${(error as Error).message}`);
  }
}

function sendTaskFailure(service: StepFunctionsService, parameters: Parameters): unknown {
  const error = optionalText(parameters, 'error') ?? '';
  const cause = optionalText(parameters, 'cause') ?? '';
  service.sendTaskOutcome(requiredText(parameters, 'taskToken'), { error, cause });
  return {};
}

function sendTaskHeartbeat(service: StepFunctionsService, parameters: Parameters): unknown {
  service.sendTaskHeartbeat(requiredText(parameters, 'taskToken'));
  return {};
}
