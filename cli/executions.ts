import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { translated } from '../shared/adapters/aws/translate-error.ts';
import type { Connection } from './connection.ts';

const LOOK_EVERY_MS = 300;

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** What the machine answered; null when it failed. */
  readonly output: Record<string, unknown> | null;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** Starts a state machine and waits for its end; `onState` hears the name of each state it enters. */
export async function runMachine(
  connection: Connection,
  machineArn: string,
  input: unknown,
  onState: (state: string) => void = () => {},
): Promise<Execution> {
  Object.assign(process.env, connection.environment);
  const client = new SFNClient({ region: connection.region });
  const started = await translated('start execution', () =>
    client.send(new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input) })),
  );
  const executionArn = started.executionArn as string;
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
