import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../local/clock/agenda.ts';

const nothing = () => {};

describe('agenda', () => {
  it('is empty at first', () => {
    const agenda = new Agenda();
    expect(agenda.nextMs()).toBeNull();
    expect(agenda.takeAllDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('takes the tasks that are due, by time and then by order of addition', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), fc.nat(20), (times, nowMs) => {
        const agenda = new Agenda();
        for (const atMs of times) agenda.add(atMs, nothing);
        const expected = times
          .map((atMs, order) => ({ atMs, order }))
          .filter(({ atMs }) => atMs <= nowMs)
          .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
        expect(agenda.takeAllDue(nowMs).map(({ atMs, order }) => ({ atMs, order }))).toEqual(expected);
        expect(agenda.takeAllDue(nowMs)).toEqual([]);
      }),
    );
  });

  it('never gives a cancelled task', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 60 }), (tasks) => {
        const agenda = new Agenda();
        for (const [atMs, cancelled] of tasks) agenda.add(atMs, nothing).cancelled = cancelled;
        const kept = tasks.filter(([, cancelled]) => !cancelled).map(([atMs]) => atMs);
        expect(agenda.nextMs()).toBe(kept.length === 0 ? null : Math.min(...kept));
        expect(agenda.takeAllDue(20)).toHaveLength(kept.length);
      }),
    );
  });
});
