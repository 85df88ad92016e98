import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createClock, realClock, simulatedClock } from '../../../local/clock.ts';

const YEAR_MS = 365 * 86_400_000;

describe('real clock', () => {
  it('tells the time of the machine and runs tasks when they are due', async () => {
    const clock = realClock();
    const dueMs = clock.nowMs() + 20;
    const ranMs = await new Promise<number>((resolve) => {
      clock.schedule(dueMs, () => resolve(Date.now()));
    });
    expect(ranMs).toBeGreaterThanOrEqual(dueMs);
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(50);
  });

  it('does not run a task early that lies beyond what a host timer holds', async () => {
    const clock = realClock();
    let ran = false;
    const task = clock.schedule(Date.now() + 10 * YEAR_MS, () => {
      ran = true;
    });
    await sleep(20);
    expect(ran).toBe(false);
    task.cancel();
    expect(clock.status().nextTaskMs).toBeNull();
  });

  it('runs the earlier task first, whichever was scheduled first', async () => {
    const clock = realClock();
    const ran: string[] = [];
    const start = Date.now();
    await new Promise<void>((resolve) => {
      clock.schedule(start + 30, resolve);
      clock.schedule(start + 20, () => void ran.push('b'));
      clock.schedule(start + 10, () => void ran.push('a'));
      clock.schedule(start + 15, () => void ran.push('cancelled')).cancel();
    });
    expect(ran).toEqual(['a', 'b']);
  });

  it('cannot be advanced', async () => {
    const clock = realClock();
    await expect(clock.advanceTo(Date.now() + 1_000_000)).rejects.toThrow(/only simulated time .*was real/);
  });

  it('drops its tasks when closed', async () => {
    const clock = realClock();
    let ran = false;
    clock.schedule(Date.now() + 5, () => {
      ran = true;
    });
    clock.close();
    await sleep(20);
    expect(ran).toBe(false);
  });

  it('refuses a time that is no number', () => {
    expect(() => realClock().schedule(Number.NaN, () => {})).toThrow(/finite number .*was NaN/);
    expect(() => simulatedClock(Number.NaN)).toThrow(/finite number .*was NaN/);
  });
});

describe('one clock, real or simulated', () => {
  it('refuses to go backwards, except back to real time', async () => {
    const futureMs = Date.now() + YEAR_MS;
    const clock = createClock({ mode: 'simulated', nowMs: futureMs });
    expect(() => clock.setSimulated(futureMs - 1)).toThrow(/forwards only: expected .* was /);
    expect(() => clock.setSimulated(futureMs - 1, { rewind: true })).toThrow(/forwards only/);
    await expect(clock.advanceTo(futureMs - 1)).rejects.toThrow(/forwards only/);
    expect(clock.nowMs()).toBe(futureMs);
    clock.setReal();
    expect(clock.status().mode).toBe('real');
    expect(clock.nowMs()).toBeLessThan(futureMs);
    clock.close();
  });

  it('goes from real time to the past only when a rewind is meant', () => {
    const clock = createClock({ mode: 'real' });
    const pastMs = Date.UTC(2025, 7, 29);
    expect(() => clock.setSimulated(pastMs)).toThrow(/forwards only/);
    clock.setSimulated(pastMs, { rewind: true });
    expect(clock.nowMs()).toBe(pastMs);
  });

  it('runs tasks that a jump has passed over', async () => {
    const clock = simulatedClock(0);
    const ran = new Promise<number>((resolve) => {
      clock.schedule(10, () => resolve(clock.nowMs()));
    });
    clock.setSimulated(100);
    expect(await ran).toBe(100);
  });

  it('keeps its tasks over a switch to simulated time', async () => {
    const clock = createClock({ mode: 'real' });
    const dueMs = Date.now() + YEAR_MS;
    let ranMs = 0;
    clock.schedule(dueMs, () => {
      ranMs = clock.nowMs();
    });
    clock.setSimulated(dueMs - 1);
    await clock.advanceTo(dueMs + 1);
    expect(ranMs).toBe(dueMs);
  });

  it('runs an overdue task when it goes back to real time', async () => {
    const clock = simulatedClock(0);
    const ran = new Promise<void>((resolve) => clock.schedule(1_000, resolve));
    clock.setReal();
    await ran;
    expect(clock.status().nextTaskMs).toBeNull();
  });

  it('ends an advance with an error when it goes back to real time meanwhile', async () => {
    const clock = simulatedClock(0);
    clock.schedule(5, () => clock.setReal());
    await expect(clock.advanceTo(10)).rejects.toThrow(/went back to real/);
  });

  it('tells its listeners each change until they leave', async () => {
    const clock = simulatedClock(0);
    const heard: Array<[string, number]> = [];
    const leave = clock.onChange(({ mode, nowMs }) => heard.push([mode, mode === 'real' ? -1 : nowMs]));
    clock.schedule(3, () => {});
    await clock.advanceTo(5);
    clock.setSimulated(7);
    clock.setReal();
    leave();
    clock.setSimulated(Date.now() + YEAR_MS);
    expect(heard).toEqual([
      ['simulated', 3],
      ['simulated', 5],
      ['simulated', 7],
      ['real', -1],
    ]);
  });

  it('counts tracked work in status', async () => {
    const clock = simulatedClock(0);
    const work = clock.track(Promise.reject(new Error('failed')));
    expect(clock.status().pending).toBe(1);
    await expect(work).rejects.toThrow('failed');
    expect(clock.status().pending).toBe(0);
  });
});
