import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock.ts';

const START_MS = Date.UTC(2025, 11, 4);

describe('simulated clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = simulatedClock(START_MS);
    await sleep(5);
    expect(clock.nowMs()).toBe(START_MS);
    await clock.advanceTo(START_MS + 60_000);
    expect(clock.nowMs()).toBe(START_MS + 60_000);
  });

  it('runs every task at its own time, in order of time and then of scheduling', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), fc.nat(50), async (delays, untilMs) => {
        const clock = simulatedClock(START_MS);
        const ran: Array<{ index: number; atMs: number }> = [];
        delays.forEach((delayMs, index) => {
          clock.schedule(START_MS + delayMs, () => {
            ran.push({ index, atMs: clock.nowMs() - START_MS });
          });
        });
        await clock.advanceTo(START_MS + untilMs);
        const expected = delays
          .map((atMs, index) => ({ index, atMs }))
          .filter(({ atMs }) => atMs <= untilMs)
          .sort((a, b) => a.atMs - b.atMs || a.index - b.index);
        expect(ran).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('honours tasks that are scheduled on the way', async () => {
    const clock = simulatedClock(START_MS);
    const firings: number[] = [];
    const fire = () => {
      firings.push(clock.nowMs() - START_MS);
      clock.schedule(clock.nowMs() + 10, fire);
    };
    clock.schedule(START_MS + 10, fire);
    await clock.advanceTo(START_MS + 35);
    expect(firings).toEqual([10, 20, 30]);
  });

  it('runs a task that is due already without being advanced', async () => {
    const clock = simulatedClock(START_MS);
    await new Promise<void>((resolve) => clock.schedule(START_MS - 1, resolve));
    expect(clock.nowMs()).toBe(START_MS);
  });

  it('does not advance while tracked work is pending, also when the work is tracked late', async () => {
    const clock = simulatedClock(START_MS);
    const finishedAt: number[] = [];
    const work = async () => {
      await sleep(5);
      finishedAt.push(clock.nowMs() - START_MS);
    };
    clock.schedule(START_MS + 10, () => {
      void clock.track(work()).then(() => clock.track(work()));
    });
    await clock.advanceTo(START_MS + 1_000_000);
    expect(finishedAt).toEqual([10, 10]);
  });

  it('waits for the promise that a task returns', async () => {
    const clock = simulatedClock(START_MS);
    let finishedAt = 0;
    clock.schedule(START_MS + 10, async () => {
      await sleep(5);
      finishedAt = clock.nowMs();
    });
    await clock.advanceTo(START_MS + 99);
    expect(finishedAt).toBe(START_MS + 10);
  });

  it('runs tasks that pending work waits for at the same instant', async () => {
    const clock = simulatedClock(START_MS);
    const work = new Promise<void>((resolve) => {
      setTimeout(() => clock.schedule(clock.nowMs(), resolve), 5);
    });
    void clock.track(work);
    await clock.advanceTo(START_MS + 1);
    expect(clock.status()).toEqual({
      mode: 'simulated',
      nowMs: START_MS + 1,
      pending: 0,
      nextTaskMs: null,
    });
  });

  it('never sees time move while any of the tracked works runs', async () => {
    const delays = fc.array(fc.tuple(fc.nat(20), fc.nat(2)), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(delays, async (tasks) => {
        const clock = simulatedClock(START_MS);
        for (const [delayMs, workMs] of tasks) {
          clock.schedule(START_MS + delayMs, async () => {
            const startedMs = clock.nowMs();
            await sleep(workMs);
            expect(clock.nowMs()).toBe(startedMs);
          });
        }
        await clock.advanceTo(START_MS + 20);
      }),
      { numRuns: 30 },
    );
  });

  it('runs advances one after the other', async () => {
    const clock = simulatedClock(START_MS);
    await Promise.all([clock.advanceTo(START_MS + 10), clock.advanceTo(START_MS + 20)]);
    expect(clock.nowMs()).toBe(START_MS + 20);
  });

  it('does not run a cancelled task, even one that another task of the same instant cancels', async () => {
    const clock = simulatedClock(START_MS);
    const ran: string[] = [];
    clock.schedule(START_MS + 1, () => second.cancel());
    const second = clock.schedule(START_MS + 1, () => {
      ran.push('second');
    });
    await clock.advanceTo(START_MS + 2);
    expect(ran).toEqual([]);
  });

  it('passes errors of tasks on and goes on', async () => {
    const errors: unknown[] = [];
    const clock = simulatedClock(START_MS, { onTaskError: (error) => errors.push(error) });
    clock.schedule(START_MS + 1, () => {
      throw new Error('at once');
    });
    clock.schedule(START_MS + 2, async () => {
      throw new Error('later');
    });
    await clock.advanceTo(START_MS + 3);
    expect(errors).toEqual([new Error('at once'), new Error('later')]);
  });

  it('advances 10,000 tasks within two seconds of CPU time', async () => {
    const clock = simulatedClock(START_MS);
    let ran = 0;
    for (let i = 0; i < 10_000; i += 1) {
      clock.schedule(START_MS + i * 60_000, async () => {
        ran += 1;
      });
    }
    const before = process.cpuUsage();
    await clock.advanceTo(START_MS + 10_000 * 60_000);
    expect(ran).toBe(10_000);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
