import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { translated } from '../shared/adapters/aws/translate-error.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../shared/errors.ts';
import type { Connection } from './connection.ts';

const LOOK_EVERY_MS = 300;

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** What the machine answered; null when it failed. */
  readonly output: Record<string, unknown> | null;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/**
 * What a machine, or a run within one, failed with, as an error whose class says who must act.
 * @returns RejectedInput or NotFound when the request was wrong, InvariantViolated otherwise
 */
export function machineFailure(
  what: string,
  { error, cause, status }: { error?: string | undefined; cause?: string | undefined; status?: string },
): Error {
  const said = `${what}: ${causeText(cause)}`;
  if (error === 'RejectedInput') return new RejectedInput(said);
  if (error === 'NotFound') return new NotFound(said);
  return new InvariantViolated(`${said} (${error ?? status})`);
}

/** The words of a failed task: Lambda wraps them into JSON. */
export function causeText(cause: string | undefined): string {
  try {
    return (JSON.parse(cause ?? '') as { errorMessage?: string }).errorMessage ?? String(cause);
  } catch {
    return cause ?? 'no reason given';
  }
}

/** Starts a state machine and waits for its end; `onState` hears the name of each state it enters. */
export async function runMachine(
  connection: Connection,
  machineArn: string,
  input: unknown,
  onState: (state: string) => void = () => {},
): Promise<Execution> {
  const client = clientOf(connection);
  const started = await translated('start execution', () =>
    client.send(new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input) })),
  );
  return untilEnded(connection, started.executionArn as string, onState);
}

function clientOf({ environment, region }: Connection): SFNClient {
  Object.assign(process.env, environment);
  return new SFNClient({ region });
}

/** Waits for the end of an execution; `onState` hears the name of each state it enters. */
export async function untilEnded(
  connection: Connection,
  executionArn: string,
  onState: (state: string) => void = () => {},
): Promise<Execution> {
  const client = clientOf(connection);
  let seen = '';
  for (;;) {
    const now = await translated('describe execution', () =>
      client.send(new DescribeExecutionCommand({ executionArn })),
    );
    if (now.status !== 'RUNNING') return ended(now);
    const state = await latestState(client, executionArn);
    if (state !== undefined && state !== seen) onState(state);
    seen = state ?? seen;
    await pause(LOOK_EVERY_MS);
  }
}

function ended({ status, output, error, cause }: DescribeExecutionOutput): Execution {
  return {
    status: status as Execution['status'],
    output: output === undefined ? null : JSON.parse(output),
    error,
    cause,
  };
}

async function latestState(client: SFNClient, executionArn: string): Promise<string | undefined> {
  const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 });
  const { events = [] } = await translated('read history', () => client.send(command));
  return events.find((event) => event.stateEnteredEventDetails !== undefined)?.stateEnteredEventDetails?.name;
}
