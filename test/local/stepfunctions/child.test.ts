import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, machineOf, openFixture, START_MS } from './harness.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = openFixture();
});
afterEach(() => fixture.close());

const START_EXECUTION = 'arn:aws:states:::states:startExecution';

function parentOf(childArn: string, resource: string, more: Record<string, unknown> = {}): string {
  const taskArguments = { StateMachineArn: childArn, Input: { n: '{% $states.input.n %}' } };
  return machineOf({
    Child: { Type: 'Task', Resource: resource, Arguments: taskArguments, End: true, ...more },
  });
}

const child = machineOf({
  Wait: { Type: 'Wait', Seconds: 600, Next: 'Done' },
  Done: { Type: 'Succeed', Output: { twice: '{% $states.input.n * 2 %}' } },
});

describe('states:startExecution', () => {
  it('starts another machine and goes on at once', async () => {
    const childArn = fixture.service.createStateMachine({ name: 'child', definition: child });
    const parent = await fixture.run(parentOf(childArn, START_EXECUTION), { n: 2 });
    expect(parent).toMatchObject({ status: 'SUCCEEDED', stoppedMs: START_MS });
    const { ExecutionArn } = JSON.parse(parent.output!);
    expect(fixture.service.describeExecution(ExecutionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"twice":4}',
    });
  });

  it('waits for its end with .sync:2 while time passes', async () => {
    const childArn = fixture.service.createStateMachine({ name: 'child', definition: child });
    const definition = parentOf(childArn, `${START_EXECUTION}.sync:2`, {
      Output: '{% $states.result.Output %}',
    });
    const parent = await fixture.run(definition, { n: 2 });
    expect(parent).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"twice":4}',
      stoppedMs: START_MS + 600_000,
    });
  });

  it('fails with States.TaskFailed when the other machine fails', async () => {
    const definition = machineOf({ No: { Type: 'Fail', Error: 'Holiday', Cause: 'closed' } });
    const childArn = fixture.service.createStateMachine({ name: 'child', definition });
    const parent = await fixture.run(parentOf(childArn, `${START_EXECUTION}.sync:2`), { n: 2 });
    expect(parent).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(parent.cause!)).toMatchObject({ Error: 'Holiday', Cause: 'closed', Status: 'FAILED' });
  });

  it('stops the other machine when the parent is stopped or times out', async () => {
    const childArn = fixture.service.createStateMachine({ name: 'child', definition: child });
    const definition = parentOf(childArn, `${START_EXECUTION}.sync:2`, { TimeoutSeconds: 60 });
    const parent = await fixture.run(definition, { n: 2 });
    expect(parent.error).toBe('States.Timeout');
    const [started] = fixture.service.store.executions.list({ machineArn: childArn, limit: 1 });
    expect(started).toMatchObject({ status: 'ABORTED', stoppedMs: START_MS + 60_000 });
  });

  it('fails when there is no such machine', async () => {
    const parent = await fixture.run(parentOf('arn:aws:states:x:0:stateMachine:none', START_EXECUTION), {
      n: 1,
    });
    expect(parent).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.StateMachineDoesNotExistException',
    });
  });
});
