import type { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sfnMachine } from '../../shared/adapters/stepfunctions/machine.ts';
import { sfnTaskTokens } from '../../shared/adapters/stepfunctions/task-tokens.ts';
import { type Fixture, LAMBDA, machineOf, openFixture, serve } from '../local/stepfunctions/harness.ts';

let fixture: Fixture;
let server: Awaited<ReturnType<typeof serve>>;
let client: SFNClient;
let tokens: string[];
beforeEach(async () => {
  tokens = [];
  fixture = openFixture(async (_resource, given) => {
    tokens.push((given as { token: string }).token);
  });
  server = await serve(fixture.service);
  client = server.client;
});
afterEach(async () => {
  await server.close();
  await fixture.close();
});

const arnOf = (name: string, definition: string) => fixture.service.createStateMachine({ name, definition });
const WAITING = machineOf({
  Wait: {
    Type: 'Task',
    Resource: `${LAMBDA}.waitForTaskToken`,
    Arguments: { token: '{% $states.context.Task.Token %}' },
    End: true,
  },
});

describe('TaskTokens on Step Functions', () => {
  it('answers a task that waits, once; whoever comes second gets Conflict, also after its end', async () => {
    const stateMachineArn = arnOf('waiting', WAITING);
    const { arn } = fixture.service.startExecution({ stateMachineArn });
    await expect.poll(() => tokens.length).toBe(1);
    const answers = sfnTaskTokens(client);
    const racing = [1, 2, 3].map((by) => answers.answer(tokens[0]!, { by }));
    const results = await Promise.allSettled(racing);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { output } = await fixture.service.untilFinished(arn);
    const winner = results.findIndex(({ status }) => status === 'fulfilled') + 1;
    expect(JSON.parse(output!)).toEqual({ by: winner });
    await expect(answers.answer(tokens[0]!, {})).rejects.toMatchObject({ name: 'Conflict' });
    await expect(answers.answer('no token', {})).rejects.toMatchObject({ name: 'Conflict' });
  });
});

describe('Machine on Step Functions', () => {
  it('starts an execution once under a name, whatever its input says the second time', async () => {
    const arn = arnOf('quick', machineOf({ Pass: { Type: 'Succeed' } }));
    const machine = sfnMachine(client, arn);
    expect(await machine.start('baking-1', { why: 'a' })).toBe(true);
    await fixture.clock.advanceTo(fixture.clock.nowMs() + 1000);
    expect(await machine.start('baking-1', { why: 'b' })).toBe(false);
    expect(await machine.start('baking-2', { why: 'b' })).toBe(true);
  });
});
