import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateListExecutions,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LAMBDA, machineOf, openFixture, START_MS, serve } from './harness.ts';

let fixture: Fixture;
let client: SFNClient;
let closeServer: () => Promise<void>;
let tokens: string[];

beforeEach(async () => {
  tokens = [];
  fixture = openFixture(async (_resource, _arguments, { taskToken }) => {
    if (taskToken !== undefined) tokens.push(taskToken);
    return { Payload: 'done' };
  });
  ({ client, close: closeServer } = await serve(fixture.service));
});
afterEach(async () => {
  await closeServer();
  await fixture.close();
});

const waiting = machineOf({ Wait: { Type: 'Wait', Seconds: 60, End: true } });
const create = (definition = waiting, name = 'nightly') =>
  fixture.service.createStateMachine({ name, definition });

describe('executions', () => {
  it('start, are described, and end', async () => {
    const stateMachineArn = create();
    const input = '{"date":"2025-12-04"}';
    const started = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input }));
    expect(started.executionArn).toBe('arn:aws:states:ap-south-1:000000000000:execution:nightly:one');
    expect(started.startDate).toEqual(new Date(START_MS));
    const describe = new DescribeExecutionCommand({ executionArn: started.executionArn });
    const running = await client.send(describe);
    expect(running).toMatchObject({ status: 'RUNNING', input, name: 'one', stateMachineArn });
    expect(running.stopDate).toBeUndefined();
    await fixture.clock.advanceTo(START_MS + 60_000);
    const ended = await client.send(describe);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      output: input,
      stopDate: new Date(START_MS + 60_000),
    });
  });

  it('start once for one name and input, and refuse the name otherwise', async () => {
    const stateMachineArn = create();
    const start = (input: string) =>
      client.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input }));
    const [first, second] = [await start('{"a":1}'), await start('{ "a": 1 }')];
    expect(second.executionArn).toBe(first.executionArn);
    await expect(start('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await fixture.clock.advanceTo(START_MS + 60_000);
    await expect(start('{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('stop with an error and a cause', async () => {
    const stateMachineArn = create();
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await client.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'no need' }));
    const stopped = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(stopped).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'no need' });
    await fixture.clock.advanceTo(START_MS + 120_000);
    expect(fixture.service.describeExecution(executionArn!).status).toBe('ABORTED');
  });

  it('list the newest first, in pages, by status', async () => {
    const stateMachineArn = create();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await client.send(new StartExecutionCommand({ stateMachineArn, name }));
    }
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'c' }));
    await client.send(new StopExecutionCommand({ executionArn }));
    const names: string[][] = [];
    for await (const page of paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn })) {
      names.push((page.executions ?? []).map(({ name }) => name ?? ''));
    }
    expect(names.flat()).toEqual(['e', 'd', 'c', 'b', 'a']);
    const aborted = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'ABORTED' }),
    );
    expect(aborted.executions?.map(({ name, status }) => [name, status])).toEqual([['c', 'ABORTED']]);
  });

  it('are told to listeners once they end', async () => {
    const ended: string[] = [];
    const leave = fixture.service.onFinished(({ name, status }) => ended.push(`${name} ${status}`));
    const stateMachineArn = create();
    await client.send(new StartExecutionCommand({ stateMachineArn, name: 'one' }));
    await fixture.clock.advanceTo(START_MS + 60_000);
    leave();
    await client.send(new StartExecutionCommand({ stateMachineArn, name: 'two' }));
    await fixture.clock.advanceTo(START_MS + 120_000);
    expect(ended).toEqual(['one SUCCEEDED']);
  });
});

describe('history', () => {
  it('lists what happened, forwards and backwards', async () => {
    const each = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } } },
      End: true,
    };
    const stateMachineArn = create(machineOf({ Each: each }));
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '[1]' }));
    await fixture.clock.advanceTo(START_MS);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskSucceeded',
      'TaskStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[4]?.stateEnteredEventDetails).toEqual({ name: 'Work', input: '1' });
    expect(events[5]?.taskScheduledEventDetails).toMatchObject({
      resourceType: 'lambda',
      resource: 'invoke',
    });
    expect(events[6]?.taskSucceededEventDetails?.output).toBe('{"Payload":"done"}');
    expect(events.at(-1)?.executionSucceededEventDetails?.output).toBe('[{"Payload":"done"}]');
    expect(events.every(({ id = 0, previousEventId = 0 }) => previousEventId < id)).toBe(true);
    const backwards = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 });
    const last = await client.send(backwards);
    expect(last.events?.map(({ id }) => id)).toEqual([12, 11]);
    const before = await client.send(
      new GetExecutionHistoryCommand({ ...backwards.input, nextToken: last.nextToken }),
    );
    expect(before.events?.map(({ id }) => id)).toEqual([10, 9]);
  });
});

describe('state machines', () => {
  it('are described and listed', async () => {
    const stateMachineArn = create();
    create(waiting, 'promotion');
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({
      name: 'nightly',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: waiting,
    });
    const first = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect(first.stateMachines?.map(({ name }) => name)).toEqual(['nightly']);
    const second = await client.send(
      new ListStateMachinesCommand({ maxResults: 1, nextToken: first.nextToken }),
    );
    expect(second.stateMachines?.map(({ name }) => name)).toEqual(['promotion']);
    expect(second.nextToken).toBeUndefined();
  });

  it('take a new definition, while running executions keep theirs', async () => {
    const stateMachineArn = create();
    const old = await client.send(new StartExecutionCommand({ stateMachineArn }));
    create(machineOf({ New: { Type: 'Pass', Output: 'new', End: true } }));
    const fresh = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await fixture.clock.advanceTo(START_MS + 60_000);
    expect(fixture.service.describeExecution(old.executionArn!).output).toBe('{}');
    expect(fixture.service.describeExecution(fresh.executionArn!).output).toBe('"new"');
  });

  it('may be given a timeout from outside the definition', async () => {
    const stateMachineArn = fixture.service.createStateMachine({
      name: 'short',
      definition: waiting,
      timeoutS: 30,
    });
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await fixture.clock.advanceTo(START_MS + 60_000);
    expect(fixture.service.describeExecution(executionArn!).status).toBe('TIMED_OUT');
  });
});

describe('task tokens', () => {
  const approval = machineOf({
    Approval: { Type: 'Task', Resource: `${LAMBDA}.waitForTaskToken`, End: true },
  });

  it('are answered over the wire', async () => {
    const stateMachineArn = create(approval);
    const first = await client.send(new StartExecutionCommand({ stateMachineArn }));
    const second = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await fixture.clock.advanceTo(START_MS);
    await client.send(new SendTaskHeartbeatCommand({ taskToken: tokens[0] }));
    await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"ok":true}' }));
    await client.send(new SendTaskFailureCommand({ taskToken: tokens[1], error: 'No', cause: 'why' }));
    expect(await fixture.service.untilFinished(first.executionArn!)).toMatchObject({ output: '{"ok":true}' });
    expect(await fixture.service.untilFinished(second.executionArn!)).toMatchObject({
      error: 'No',
      cause: 'why',
    });
    const again = client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }));
    await expect(again).rejects.toMatchObject({ name: 'TaskTimedOut' });
    const broken = client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{' }));
    await expect(broken).rejects.toMatchObject({ name: 'InvalidOutput' });
  });
});

describe('wrong requests', () => {
  it('are refused by name', async () => {
    const machine = 'arn:aws:states:ap-south-1:000000000000:stateMachine:none';
    const unknownMachine = client.send(new StartExecutionCommand({ stateMachineArn: machine }));
    await expect(unknownMachine).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    const unknownExecution = client.send(new DescribeExecutionCommand({ executionArn: 'arn:nothing' }));
    await expect(unknownExecution).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
    const stateMachineArn = create();
    const start = (more: object) => client.send(new StartExecutionCommand({ stateMachineArn, ...more }));
    await expect(start({ input: '{' })).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    await expect(start({ input: `"${'x'.repeat(262_144)}"` })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    await expect(start({ name: 'a b' })).rejects.toMatchObject({ name: 'InvalidName' });
    const page = client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: 'x' }));
    await expect(page).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('are refused when the operation is unknown or the body is no JSON', async () => {
    const send = async (target: string, body: string) => {
      const headers = { 'x-amz-target': target };
      const request = {
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        headers,
        body: Buffer.from(body),
      };
      const { status, body: answer } = await fixture.service.handle(request);
      return [status, JSON.parse(String(answer)).__type];
    };
    expect(await send('AWSStepFunctions.CreateActivity', '{}')).toEqual([400, 'UnknownOperationException']);
    expect(await send('AWSStepFunctions.toString', '{}')).toEqual([400, 'UnknownOperationException']);
    expect(await send('AWSStepFunctions.StartExecution', '{')).toEqual([400, 'SerializationException']);
    expect(await send('AWSStepFunctions.StartExecution', '[]')).toEqual([400, 'SerializationException']);
    expect(await send('AWSStepFunctions.StartExecution', '{}')).toEqual([400, 'ValidationException']);
  });
});
