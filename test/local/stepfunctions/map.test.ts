import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeTask } from '../../../local/stepfunctions/service.ts';
import { type Fixture, LAMBDA, machineOf, openFixture, START_MS } from './harness.ts';

let fixture: Fixture;
const open = (invokeTask?: InvokeTask) => {
  fixture = openFixture(invokeTask);
  return fixture;
};
afterEach(() => fixture.close());

const processor = (states: Record<string, unknown>) => ({
  ProcessorConfig: { Mode: 'INLINE' },
  StartAt: Object.keys(states)[0],
  States: states,
});
const work = { Type: 'Task', Resource: LAMBDA, Arguments: '{% $states.input %}', End: true };

describe('Map', () => {
  it('runs its states for each item and collects the outputs in order', async () => {
    const { output } = open(async (_resource, n) => {
      await sleep(5 - (n as number));
      return (n as number) * 10;
    });
    const definition = machineOf({
      Each: {
        Type: 'Map',
        Items: '{% $states.input.list %}',
        ItemProcessor: processor({ Work: work }),
        End: true,
      },
    });
    expect(await output(definition, { list: [1, 2, 3, 4] })).toEqual([10, 20, 30, 40]);
    expect(await output(definition, { list: [] })).toEqual([]);
  });

  it('shapes each input with ItemSelector and sees the variables around it', async () => {
    const { output } = open();
    const definition = machineOf({
      Set: { Type: 'Pass', Assign: { date: '2025-12-04' }, Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: '{% $states.input.exchanges %}',
        ItemSelector: {
          exchange: '{% $states.context.Map.Item.Value %}',
          index: '{% $states.context.Map.Item.Index %}',
          asOf: '{% $states.input.asOf %}',
        },
        ItemProcessor: processor({
          Inner: {
            Type: 'Pass',
            Assign: { inner: 1 },
            Output: '{% $merge([$states.input, {"date": $date, "again": $states.context.Map.Item.Value}]) %}',
            End: true,
          },
        }),
        End: true,
      },
    });
    expect(await output(definition, { exchanges: ['NSE', 'BSE'], asOf: 'now' })).toEqual([
      { exchange: 'NSE', index: 0, asOf: 'now', date: '2025-12-04', again: 'NSE' },
      { exchange: 'BSE', index: 1, asOf: 'now', date: '2025-12-04', again: 'BSE' },
    ]);
  });

  it('runs at most MaxConcurrency iterations at a time', async () => {
    let running = 0;
    let most = 0;
    const { output } = open(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
      return null;
    });
    const each = { Type: 'Map', ItemProcessor: processor({ Work: work }), MaxConcurrency: 3, End: true };
    expect(await output(machineOf({ Each: each }), [1, 2, 3, 4, 5, 6, 7, 8])).toHaveLength(8);
    expect(most).toBe(3);
  });

  it('lets waits of different iterations pass at the same time', async () => {
    const { run } = open();
    const wait = { Type: 'Wait', Seconds: '{% $states.input %}', End: true };
    const each = { Type: 'Map', ItemProcessor: processor({ Wait: wait }), End: true };
    const execution = await run(machineOf({ Each: each }), [10, 60, 30]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stoppedMs: START_MS + 60_000 });
  });

  const failingAt = (bad: readonly number[]): InvokeTask => {
    return async (_resource, n) => {
      if (bad.includes(n as number)) throw Object.assign(new Error(`no ${n}`), { name: 'Odd' });
      return n;
    };
  };
  const tolerating = (more: Record<string, unknown>) =>
    machineOf({ Each: { Type: 'Map', ItemProcessor: processor({ Work: work }), End: true, ...more } });

  it('fails with the first failed iteration and runs no further ones', async () => {
    const seen: unknown[] = [];
    const { run } = open(async (resource, n, context) => {
      seen.push(n);
      return failingAt([2])(resource, n, context);
    });
    expect(await run(tolerating({ MaxConcurrency: 1 }), [1, 2, 3])).toMatchObject({
      error: 'Odd',
      cause: 'no 2',
    });
    expect(seen).toEqual([1, 2]);
  });

  it('tolerates a percentage or a count of failed iterations', async () => {
    const { output, run } = open(failingAt([2, 4]));
    const failed = (n: number) => ({ Error: 'Odd', Cause: `no ${n}` });
    const tolerated = [1, failed(2), 3, failed(4)];
    expect(await output(tolerating({ ToleratedFailurePercentage: 50 }), [1, 2, 3, 4])).toEqual(tolerated);
    expect(await output(tolerating({ ToleratedFailureCount: 2 }), [1, 2, 3, 4])).toEqual(tolerated);
    const exceeded = await run(tolerating({ ToleratedFailurePercentage: 49 }), [1, 2, 3, 4]);
    expect(exceeded.error).toBe('States.ExceedToleratedFailureThreshold');
    const counted = await run(tolerating({ ToleratedFailureCount: 1 }), [1, 2, 3, 4]);
    expect(counted.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('runs again as a whole under Retry', async () => {
    const calls: unknown[] = [];
    const { output } = open(async (_resource, n) => {
      calls.push(n);
      if (calls.length === 2) throw new Error('once');
      return n;
    });
    const definition = tolerating({ MaxConcurrency: 1, Retry: [{ ErrorEquals: ['States.ALL'] }] });
    expect(await output(definition, [1, 2])).toEqual([1, 2]);
    expect(calls).toEqual([1, 2, 1, 2]);
  });

  it('nests, each level with its own item', async () => {
    const { output } = open();
    const inner = { Type: 'Pass', Output: '{% $states.context.Map.Item.Value * 10 %}', End: true };
    const innerMap = { Type: 'Map', ItemProcessor: processor({ Inner: inner }), End: true };
    const outer = { Type: 'Map', ItemProcessor: processor({ InnerMap: innerMap }), End: true };
    expect(await output(machineOf({ Outer: outer }), [[1, 2], [3]])).toEqual([[10, 20], [30]]);
  });

  it('refuses items that are no array', async () => {
    const { run } = open();
    const failed = await run(tolerating({}), { a: 1 });
    expect(failed.error).toBe('States.QueryEvaluationError');
    expect(failed.cause).toContain('Items of state "Each" must be an array, was object');
  });
});

describe('Parallel', () => {
  it('runs all branches with one input and collects their outputs', async () => {
    const { output } = open(async (_resource, n) => (n as { a: number }).a + 1);
    const definition = machineOf({
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Work', States: { Work: work } },
          { StartAt: 'Pass', States: { Pass: { Type: 'Pass', Output: '{% $states.input.a %}', End: true } } },
        ],
        Output: '{% {"results": $states.result, "input": $states.input} %}',
        End: true,
      },
    });
    expect(await output(definition, { a: 1 })).toEqual({ results: [2, 1], input: { a: 1 } });
  });

  it('aborts the other branches when one fails, and can be caught', async () => {
    const { run } = open();
    const definition = machineOf({
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 1_000, End: true } } },
          { StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error: 'Early', Cause: 'on purpose' } } },
        ],
        Catch: [{ ErrorEquals: ['Early'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    });
    const execution = await run(definition);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stoppedMs: START_MS });
    expect(JSON.parse(execution.output!)).toEqual({ Error: 'Early', Cause: 'on purpose' });
  });
});
