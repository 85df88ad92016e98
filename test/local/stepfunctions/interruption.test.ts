import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock.ts';
import { createStepFunctions } from '../../../local/stepfunctions/service.ts';
import { LAMBDA, machineOf, START_MS, temporaryDirectory } from './harness.ts';

const task = (name: string, more: Record<string, unknown>) => ({
  Type: 'Task',
  Resource: LAMBDA,
  Arguments: { name, input: '{% $states.input %}' },
  ...more,
});

const night = machineOf({
  Each: {
    Type: 'Map',
    Items: '{% $states.input.items %}',
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'Work',
      States: {
        Work: task('work', { Assign: { worked: '{% $states.result %}' }, Next: 'Rest' }),
        Rest: { Type: 'Wait', Seconds: 5, Next: 'Finish' },
        Finish: task('finish', { Output: '{% [$worked, $states.result] %}', End: true }),
      },
    },
    Assign: { worked2: '{% $count($states.result) %}' },
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Left', States: { Left: task('left', { End: true }) } },
      {
        StartAt: 'Right',
        States: { Right: { Type: 'Wait', Seconds: 3, Next: 'After' }, After: task('right', { End: true }) },
      },
    ],
    Output: '{% {"each": $states.input, "both": $states.result, "count": $worked2} %}',
    End: true,
  },
});

/** Runs the machine to its end, closing the service after each of the given numbers of event loop turns. */
async function play(interruptions: readonly number[]) {
  const directory = temporaryDirectory();
  const calls: string[] = [];
  const invokeTask = async (_resource: string, taskArguments: unknown) => {
    const { name, input } = taskArguments as { name: string; input: unknown };
    const call = name === 'work' || name === 'finish' ? `${name} ${JSON.stringify(input)}` : name;
    calls.push(call);
    await nextTurn();
    return `${call} done`;
  };
  let nowMs = START_MS;
  let executionArn: string | undefined;
  for (const turns of [...interruptions, null]) {
    const clock = simulatedClock(nowMs);
    const service = createStepFunctions({
      directory: directory.path,
      clock,
      invokeTask,
      accountId: '0',
      region: 'x',
    });
    const stateMachineArn = service.createStateMachine({ name: 'night', definition: night });
    service.resume();
    executionArn ??= service.startExecution({ stateMachineArn, input: '{"items":[1,2,3]}' }).arn;
    const advance = clock.advanceTo(START_MS + 3_600_000);
    if (turns === null) await advance;
    else for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    nowMs = clock.nowMs();
    const execution = service.describeExecution(executionArn);
    const history = service.store.events.list(executionArn, { limit: 1_000, newestFirst: false });
    await service.close();
    await advance;
    if (turns !== null) continue;
    directory.remove();
    return { calls, execution, types: history.map(({ type }) => type) };
  }
  throw new Error('expected the last run to end, was interrupted');
}

it('ends the same however often it is interrupted, and repeats only what was running', async () => {
  const whole = await play([]);
  expect(whole.execution.status).toBe('SUCCEEDED');
  expect(whole.calls).toHaveLength(8);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 4 }), async (interruptions) => {
      const interrupted = await play(interruptions);
      expect(interrupted.execution).toMatchObject({ status: 'SUCCEEDED', output: whole.execution.output });
      expect(new Set(interrupted.calls)).toEqual(new Set(whole.calls));
      // At most two tasks run at a time, so that an interruption repeats at most two.
      expect(interrupted.calls.length).toBeLessThanOrEqual(whole.calls.length + 2 * interruptions.length);
      const once = (types: readonly string[]) => types.filter((type) => !type.startsWith('TaskSch')).sort();
      expect(once(interrupted.types)).toEqual(once(whole.types));
    }),
    { numRuns: 40 },
  );
});
