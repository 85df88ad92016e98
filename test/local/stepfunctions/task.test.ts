import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeTask, TaskContext } from '../../../local/stepfunctions/service.ts';
import { type Fixture, LAMBDA, machineOf, openFixture, START_MS } from './harness.ts';

let fixture: Fixture;
const open = (invokeTask: InvokeTask) => {
  fixture = openFixture(invokeTask);
  return fixture;
};
afterEach(() => fixture.close());

class Named extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const task = (more: Record<string, unknown> = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });

describe('Task', () => {
  it('invokes the resource with its evaluated arguments and hands the result on', async () => {
    const calls: unknown[] = [];
    const { output } = open(async (resource, taskArguments, { stateName, retryCount }) => {
      calls.push({ resource, taskArguments, stateName, retryCount });
      return { StatusCode: 200, Payload: { rows: 3 } };
    });
    const definition = machineOf({
      Label: task({
        Arguments: { FunctionName: 'label', Payload: { date: '{% $states.input.date %}' } },
        Assign: { rows: '{% $states.result.Payload.rows %}' },
        Output: '{% $states.result.Payload %}',
        End: undefined,
        Next: 'Done',
      }),
      Done: { Type: 'Succeed', Output: '{% [$states.input, $rows] %}' },
    });
    expect(await output(definition, { date: '2025-12-04' })).toEqual([{ rows: 3 }, 3]);
    expect(calls).toEqual([
      {
        resource: LAMBDA,
        taskArguments: { FunctionName: 'label', Payload: { date: '2025-12-04' } },
        stateName: 'Label',
        retryCount: 0,
      },
    ]);
  });

  it('keeps the clock standing while a task runs', async () => {
    const { output, clock } = open(async () => {
      const startedMs = clock.nowMs();
      await new Promise((resolve) => setTimeout(resolve, 10));
      return clock.nowMs() - startedMs;
    });
    expect(await output(machineOf({ Slow: task() }))).toBe(0);
  });

  it('fails with the name and message of what was thrown', async () => {
    const { run } = open(async () => {
      throw new Named('RejectedInput', 'date: expected a day, was x');
    });
    expect(await run(machineOf({ Bad: task() }))).toMatchObject({
      status: 'FAILED',
      error: 'RejectedInput',
      cause: 'date: expected a day, was x',
    });
  });

  it('refuses a result beyond 256 KiB', async () => {
    const { run } = open(async () => 'x'.repeat(300_000));
    const failed = await run(machineOf({ Big: task({ Output: 'small' }) }));
    expect(failed.error).toBe('States.DataLimitExceeded');
  });

  it('fails with States.Runtime when the machine is asked something the interpreter cannot do', async () => {
    const { run } = open(async () => ({ n: 1n }));
    expect(await run(machineOf({ Odd: task() }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });
});

describe('Retry', () => {
  const failing = (times: number, error: string) => {
    const attempts: Array<{ atMs: number; retryCount: number }> = [];
    const fixture = open(async (_resource, _arguments, { retryCount }: TaskContext) => {
      attempts.push({ atMs: fixture.clock.nowMs() - START_MS, retryCount });
      if (attempts.length <= times) throw new Named(error, 'not yet');
      return 'at last';
    });
    return { fixture, attempts };
  };

  it('waits longer each time, up to MaxDelaySeconds', async () => {
    const { fixture, attempts } = failing(4, 'Temporary');
    const retrier = { IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 20, MaxAttempts: 5 };
    const definition = machineOf({ Try: task({ Retry: [{ ErrorEquals: ['Temporary'], ...retrier }] }) });
    expect(await fixture.output(definition)).toBe('at last');
    expect(attempts).toEqual([
      { atMs: 0, retryCount: 0 },
      { atMs: 2_000, retryCount: 1 },
      { atMs: 8_000, retryCount: 2 },
      { atMs: 26_000, retryCount: 3 },
      { atMs: 46_000, retryCount: 4 },
    ]);
  });

  it('gives up after MaxAttempts with the last error', async () => {
    const { fixture, attempts } = failing(9, 'Temporary');
    const definition = machineOf({
      Try: task({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }),
    });
    expect(await fixture.run(definition)).toMatchObject({ status: 'FAILED', error: 'Temporary' });
    expect(attempts.map(({ atMs }) => atMs)).toEqual([0, 1_000, 3_000]);
  });

  it('counts each retrier by itself', async () => {
    let calls = 0;
    const errors = ['A', 'B', 'A', 'B', 'A'];
    const { run } = open(async () => {
      throw new Named(errors[calls++] ?? 'A', '');
    });
    const retriers = ['A', 'B'].map((name) => ({ ErrorEquals: [name], MaxAttempts: 2 }));
    expect(await run(machineOf({ Try: task({ Retry: retriers }) }))).toMatchObject({ error: 'A' });
    expect(calls).toBe(5);
  });

  it('spreads retries with a jitter that the seed decides', async () => {
    const times = async () => {
      const { fixture, attempts } = failing(3, 'Temporary');
      const retrier = { ErrorEquals: ['Temporary'], IntervalSeconds: 100, JitterStrategy: 'FULL' };
      const { service, clock } = fixture;
      const definition = machineOf({ Try: task({ Retry: [retrier] }) });
      const stateMachineArn = service.createStateMachine({ name: 'jitter', definition });
      service.startExecution({ stateMachineArn, name: 'one', input: '{}' });
      await clock.advanceTo(START_MS + 86_400_000);
      return attempts.map(({ atMs }) => atMs);
    };
    const first = await times();
    await fixture.close();
    expect(await times()).toEqual(first);
    expect(first[1]).toBeGreaterThan(0);
    expect(first[1]).toBeLessThan(100_000);
    expect(first[1]).not.toBe(first[2]! - first[1]!);
  });
});

describe('Catch', () => {
  const throwing = (error: string) =>
    open(async () => {
      throw new Named(error, 'because');
    });
  const caught = (errorEquals: string[]) =>
    machineOf({
      Try: task({
        Catch: [
          {
            ErrorEquals: errorEquals,
            Next: 'Caught',
            Assign: { error: '{% $states.errorOutput.Error %}' },
            Output: '{% {"input": $states.input, "error": $states.errorOutput} %}',
          },
        ],
      }),
      Caught: { Type: 'Pass', Output: '{% [$error, $states.input] %}', End: true },
    });

  it('leads on with its own Assign and Output', async () => {
    const { output } = throwing('Conflict');
    expect(await output(caught(['Conflict']), { a: 1 })).toEqual([
      'Conflict',
      { input: { a: 1 }, error: { Error: 'Conflict', Cause: 'because' } },
    ]);
  });

  it('hands on the error output when it has no Output', async () => {
    const { output } = throwing('Conflict');
    const definition = machineOf({
      Try: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Caught: { Type: 'Succeed' },
    });
    expect(await output(definition)).toEqual({ Error: 'Conflict', Cause: 'because' });
  });

  it('knows States.ALL and States.TaskFailed, and leaves other names alone', async () => {
    const { output, run } = throwing('Conflict');
    expect(await output(caught(['States.ALL']))).toHaveLength(2);
    expect(await output(caught(['States.TaskFailed']))).toHaveLength(2);
    expect(await run(caught(['States.Timeout', 'NotFound']))).toMatchObject({ error: 'Conflict' });
  });

  it('catches a failed expression of its own state', async () => {
    const { output } = open(async () => 1);
    const definition = machineOf({
      Try: task({
        Output: '{% $states.result.missing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught', Output: 'caught' }],
      }),
      Caught: { Type: 'Succeed' },
    });
    expect(await output(definition)).toBe('caught');
  });

  it('comes after Retry', async () => {
    let calls = 0;
    const { output } = open(async () => {
      calls += 1;
      throw new Named('Temporary', '');
    });
    const definition = machineOf({
      Try: task({
        Retry: [{ ErrorEquals: ['Temporary'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['Temporary'], Next: 'Caught', Output: 'caught' }],
      }),
      Caught: { Type: 'Succeed' },
    });
    expect(await output(definition)).toBe('caught');
    expect(calls).toBe(2);
  });
});
