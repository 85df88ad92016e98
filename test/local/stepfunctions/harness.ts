import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type SwitchableClock, simulatedClock } from '../../../local/clock.ts';
import type { LocalService } from '../../../local/service.ts';
import {
  createStepFunctions,
  type ExecutionRecord,
  type InvokeTask,
  type StepFunctionsService,
} from '../../../local/stepfunctions/service.ts';

export const START_MS = Date.UTC(2025, 11, 4, 10, 30);

/** A definition's text: JSONata mode, starting at the first of the states. */
export function machineOf(states: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: Object.keys(states)[0],
    States: states,
    ...more,
  });
}

export const LAMBDA = 'arn:aws:states:::lambda:invoke';

export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'oi-stepfunctions-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Fixture {
  readonly service: StepFunctionsService;
  readonly clock: SwitchableClock;
  /** Creates the machine, runs one execution to its end in simulated time, and returns it. */
  run(definition: string, input?: unknown): Promise<ExecutionRecord>;
  /** As `run`, and returns the parsed output; throws when the execution does not succeed. */
  output(definition: string, input?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export function openFixture(invokeTask: InvokeTask = refuseTask): Fixture {
  const directory = temporaryDirectory();
  const clock = simulatedClock(START_MS);
  const identity = { accountId: '000000000000', region: 'ap-south-1' };
  const service = createStepFunctions({ directory: directory.path, clock, invokeTask, ...identity });
  const run = async (definition: string, input: unknown = {}) => {
    const stateMachineArn = service.createStateMachine({ name: 'machine', definition });
    const { arn } = service.startExecution({ stateMachineArn, input: JSON.stringify(input) });
    await clock.advanceTo(clock.nowMs() + 366 * 86_400_000);
    return service.describeExecution(arn);
  };
  const output = async (definition: string, input?: unknown) => {
    const execution = await run(definition, input);
    if (execution.status === 'SUCCEEDED') return JSON.parse(execution.output ?? 'null');
    throw new Error(`${execution.status}: ${execution.error}: ${execution.cause}`);
  };
  const close = async () => {
    await service.close();
    directory.remove();
  };
  return { service, clock, run, output, close };
}

const refuseTask: InvokeTask = async (resource) => {
  throw new Error(`expected no task, was ${resource}`);
};

/** A real server in front of the service, and the real SDK client that talks to it. */
export async function serve(
  service: LocalService,
): Promise<{ client: SFNClient; close: () => Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { status, headers, body } = await service.handle({
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'ap-south-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, close };
}
