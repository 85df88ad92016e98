import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock.ts';
import { createStepFunctions, type InvokeTask } from '../../../local/stepfunctions/service.ts';
import { LAMBDA, machineOf, START_MS, temporaryDirectory } from './harness.ts';

const CHILD = fileURLToPath(new URL('./restart-child.ts', import.meta.url));

let directory: ReturnType<typeof temporaryDirectory>;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await kill();
  directory.remove();
});

function launch(definition: string, input: unknown = {}): void {
  const options = { stdio: ['ignore', 'inherit', 'inherit'] as ['ignore', 'inherit', 'inherit'] };
  child = spawn(process.execPath, [CHILD, directory.path, definition, JSON.stringify(input)], options);
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child?.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function calls(): string[] {
  const file = join(directory.path, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

const openGate = (name: string) => writeFileSync(join(directory.path, `open-${name}`), '');
const untilSeen = (line: string) =>
  expect.poll(() => calls().map((call) => call.trim()), { timeout: 10_000 }).toContain(line);
const count = (line: string) => calls().filter((call) => call.startsWith(line)).length;
const task = (name: string, more: Record<string, unknown> = { End: true }) => {
  return { Type: 'Task', Resource: LAMBDA, Arguments: { name }, ...more };
};

describe('after a kill -9', () => {
  it('runs an unfinished task again and no finished one', async () => {
    const definition = machineOf({
      A: task('a', { Assign: { a: '{% $states.result %}' }, Next: 'B' }),
      B: task('b', { Output: '{% [$a, $states.result] %}', End: true }),
    });
    openGate('a');
    launch(definition);
    await untilSeen('begin b');
    await kill();
    openGate('b');
    launch(definition);
    await untilSeen(
      `finished ${JSON.stringify({ status: 'SUCCEEDED', output: '["a","b"]', error: null, cause: null })}`,
    );
    expect([count('begin a'), count('begin b'), count('end b')]).toEqual([1, 2, 1]);
  });

  it('does not run the finished iterations of a Map and branches of a Parallel again', async () => {
    const work = { Type: 'Task', Resource: LAMBDA, Arguments: { name: '{% $states.input %}' }, End: true };
    const definition = machineOf({
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Work', States: { Work: work } },
        MaxConcurrency: 2,
        Next: 'Both',
      },
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Left', States: { Left: task('left') } },
          { StartAt: 'Right', States: { Right: task('right') } },
        ],
        Output: '{% $append($states.input, $states.result) %}',
        End: true,
      },
    });
    openGate('1');
    openGate('2');
    launch(definition, ['1', '2', '3', '4']);
    await untilSeen('begin 3');
    await untilSeen('begin 4');
    await kill();
    openGate('3');
    openGate('4');
    openGate('left');
    launch(definition);
    await untilSeen('end left');
    await untilSeen('begin right');
    await kill();
    openGate('right');
    launch(definition);
    const output = JSON.stringify(['1', '2', '3', '4', 'left', 'right']);
    await untilSeen(`finished ${JSON.stringify({ status: 'SUCCEEDED', output, error: null, cause: null })}`);
    const begun = ['1', '2', '3', '4', 'left', 'right'].map((name) => count(`begin ${name}`));
    expect(begun.slice(0, 4)).toEqual([1, 1, 2, 2]);
    expect(begun[5]).toBe(2);
    expect(count('end left')).toBe(begun[4]);
  });

  it('keeps a handed-out token valid', async () => {
    const definition = machineOf({
      Approval: task('approval', { Resource: `${LAMBDA}.waitForTaskToken`, End: true }),
    });
    openGate('approval');
    launch(definition);
    await untilSeen('end approval');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await kill();
    const token = /^begin approval (\S+)/.exec(calls().find((call) => call.startsWith('begin')) ?? '')?.[1];
    const clock = simulatedClock(Date.now() + 1_000);
    const invoked: unknown[] = [];
    const service = createStepFunctions({
      directory: directory.path,
      clock,
      invokeTask: async () => invoked.push(1),
      accountId: '0',
      region: 'x',
    });
    service.sendTaskOutcome(token!, { output: 'approved' });
    service.resume();
    const [execution] = service.store.executions.running();
    expect(await service.untilFinished(execution!.arn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"approved"',
    });
    expect(invoked).toEqual([]);
    await service.close();
  });
});

describe('after a close', () => {
  const open = (nowMs: number, invokeTask: InvokeTask = async () => null) => {
    const clock = simulatedClock(nowMs);
    const service = createStepFunctions({
      directory: directory.path,
      clock,
      invokeTask,
      accountId: '0',
      region: 'x',
    });
    return { clock, service };
  };

  it('waits on for what is left of a Wait and of a retry interval', async () => {
    const failing: InvokeTask = async () => {
      throw new Error('not yet');
    };
    const definition = machineOf({
      Wait: { Type: 'Wait', Seconds: 100, Next: 'Try' },
      Try: task('try', {
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100, MaxAttempts: 1 }],
        End: true,
      }),
    });
    const first = open(START_MS, failing);
    const stateMachineArn = first.service.createStateMachine({ name: 'machine', definition });
    const { arn } = first.service.startExecution({ stateMachineArn });
    await first.clock.advanceTo(START_MS + 40_000);
    await first.service.close();
    const second = open(START_MS + 60_000, failing);
    second.service.resume();
    await second.clock.advanceTo(START_MS + 150_000);
    await second.service.close();
    const third = open(START_MS + 160_000, async () => 'at last');
    third.service.resume();
    await third.clock.advanceTo(START_MS + 300_000);
    const ended = third.service.describeExecution(arn);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '"at last"', stoppedMs: START_MS + 200_000 });
    await third.service.close();
  });

  it('times out an execution whose time ran out meanwhile', async () => {
    const first = open(START_MS);
    const definition = machineOf(
      { Wait: { Type: 'Wait', Seconds: 1_000, End: true } },
      { TimeoutSeconds: 60 },
    );
    const stateMachineArn = first.service.createStateMachine({ name: 'machine', definition });
    const { arn } = first.service.startExecution({ stateMachineArn });
    await first.clock.advanceTo(START_MS + 1_000);
    await first.service.close();
    const second = open(START_MS + 100_000);
    second.service.resume();
    expect(await second.service.untilFinished(arn)).toMatchObject({ status: 'TIMED_OUT' });
    await second.service.close();
  });

  it('refuses the state of another version', async () => {
    const { service } = open(START_MS);
    await service.close();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(directory.path, 'stepfunctions.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => open(START_MS)).toThrow('expected Step Functions state of version 1, was 99');
  });
});
