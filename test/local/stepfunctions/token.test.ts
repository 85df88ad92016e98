import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LAMBDA, machineOf, openFixture, START_MS } from './harness.ts';

let fixture: Fixture;
let tokens: string[];
let retryCounts: number[];

beforeEach(() => {
  tokens = [];
  retryCounts = [];
  fixture = openFixture(async (_resource, taskArguments, context) => {
    tokens.push((taskArguments as { token: string }).token);
    retryCounts.push(context.retryCount);
    expect(context.taskToken).toBe(tokens.at(-1));
    return 'ignored';
  });
});
afterEach(() => fixture.close());

const approval = (more: Record<string, unknown> = {}) =>
  machineOf({
    Approval: {
      Type: 'Task',
      Resource: `${LAMBDA}.waitForTaskToken`,
      Arguments: { token: '{% $states.context.Task.Token %}' },
      End: true,
      ...more,
    },
  });

function start(definition: string): string {
  const stateMachineArn = fixture.service.createStateMachine({ name: 'approval', definition });
  return fixture.service.startExecution({ stateMachineArn }).arn;
}

describe('waitForTaskToken', () => {
  it('waits idly until the token is answered', async () => {
    const arn = start(approval());
    await fixture.clock.advanceTo(START_MS + 86_400_000);
    expect(fixture.service.describeExecution(arn).status).toBe('RUNNING');
    fixture.service.sendTaskOutcome(tokens[0]!, { output: { approved: true } });
    const ended = await fixture.service.untilFinished(arn);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"approved":true}',
      stoppedMs: START_MS + 86_400_000,
    });
  });

  it('fails with what SendTaskFailure says', async () => {
    const arn = start(approval());
    await fixture.clock.advanceTo(START_MS);
    fixture.service.sendTaskOutcome(tokens[0]!, { error: 'Rejected', cause: 'too risky' });
    const ended = await fixture.service.untilFinished(arn);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'too risky' });
  });

  it('takes one answer only, and none after the execution has ended', async () => {
    const arn = start(approval());
    await fixture.clock.advanceTo(START_MS);
    const token = tokens[0]!;
    fixture.service.sendTaskOutcome(token, { output: 1 });
    const again = () => fixture.service.sendTaskOutcome(token, { output: 2 });
    expect(again).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
    await fixture.service.untilFinished(arn);
    expect(again).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
    const unknown = () => fixture.service.sendTaskOutcome('nobody', { output: 2 });
    expect(unknown).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
  });

  it('times out, and its token with it', async () => {
    const arn = start(approval({ TimeoutSeconds: 60 }));
    await fixture.clock.advanceTo(START_MS + 86_400_000);
    const ended = fixture.service.describeExecution(arn);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Timeout', stoppedMs: START_MS + 60_000 });
    const late = () => fixture.service.sendTaskOutcome(tokens[0]!, { output: 1 });
    expect(late).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
  });

  it('gives each retry a token of its own', async () => {
    const arn = start(
      approval({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] }),
    );
    await fixture.clock.advanceTo(START_MS + 90_000);
    expect(new Set(tokens).size).toBe(2);
    expect(retryCounts).toEqual([0, 1]);
    expect(() => fixture.service.sendTaskOutcome(tokens[0]!, { output: 1 })).toThrow('was closed');
    fixture.service.sendTaskOutcome(tokens[1]!, { output: 2 });
    expect(await fixture.service.untilFinished(arn)).toMatchObject({ status: 'SUCCEEDED', output: '2' });
  });

  it('lives as long as its heartbeats come', async () => {
    const arn = start(approval({ HeartbeatSeconds: 60 }));
    await fixture.clock.advanceTo(START_MS + 50_000);
    fixture.service.sendTaskHeartbeat(tokens[0]!);
    await fixture.clock.advanceTo(START_MS + 100_000);
    expect(fixture.service.describeExecution(arn).status).toBe('RUNNING');
    await fixture.clock.advanceTo(START_MS + 200_000);
    const ended = fixture.service.describeExecution(arn);
    expect(ended).toMatchObject({ error: 'States.HeartbeatTimeout', stoppedMs: START_MS + 110_000 });
  });

  it('fails when the task cannot be handed out', async () => {
    await fixture.close();
    fixture = openFixture(async () => {
      throw new Error('no such function');
    });
    const ended = await fixture.run(approval());
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Error', cause: 'no such function' });
  });
});
