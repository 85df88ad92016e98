import { describe, expect, it } from 'vitest';
import { admission } from '../../../functions/ingest/admission.ts';
import { InvariantViolated, Temporary, type Throttled } from '../../../shared/errors.ts';

/** Admission over a queue that holds what the test says, with a count of the looks at it. */
function anAdmission(limit = 1000) {
  const world = { waiting: 0, nowMs: 0, looks: 0, error: undefined as Error | undefined };
  const backlog = {
    async waiting() {
      world.looks += 1;
      if (world.error !== undefined) throw world.error;
      return world.waiting;
    },
  };
  return { world, admit: admission({ backlog, limit, monotonicMs: () => world.nowMs }) };
}
const outcome = (admitted: Promise<void>) =>
  admitted.then(
    () => 'admitted',
    (error: Error) => error.name,
  );

describe('admission', () => {
  it.each([
    [1000, true, 'admitted'],
    [1001, true, 'Throttled'],
    [1001, false, 'admitted'],
    [10_000, false, 'admitted'],
    [10_001, false, 'Throttled'],
  ])('with %i waiting, backfill %s: %s', async (waiting, backfill, expected) => {
    const { world, admit } = anAdmission();
    world.waiting = waiting;
    expect(await outcome(admit(backfill))).toBe(expected);
  });

  it.each([
    [1001, 1],
    [1250, 3],
    [1_000_000, 60],
  ])('with %i waiting asks for %i seconds, and says what to do', async (waiting, seconds) => {
    const { world, admit } = anAdmission();
    world.waiting = waiting;
    const refusal = await admit(true).catch((error: Throttled) => error);
    expect(refusal).toMatchObject({
      retryAfterS: seconds,
      message: `backlog: expected at most 1000 snapshots waiting to be written, was ${waiting}; nothing of this request was accepted: send it again in ${seconds} seconds`,
    });
  });

  it('looks once in five seconds, however many ask at once, and lets in again once there is room', async () => {
    const { world, admit } = anAdmission();
    world.waiting = 5000;
    const first = await Promise.all(Array.from({ length: 20 }, () => outcome(admit(true))));
    expect(new Set(first)).toEqual(new Set(['Throttled']));
    world.waiting = 0;
    world.nowMs = 4999;
    expect(await outcome(admit(true))).toBe('Throttled');
    expect(world.looks).toBe(1);
    world.nowMs = 5000;
    expect(await outcome(admit(true))).toBe('admitted');
    expect(world.looks).toBe(2);
  });

  it('refuses nobody when the queue cannot be asked for now', async () => {
    const { world, admit } = anAdmission();
    world.error = new Temporary('read queue attributes: busy');
    expect(await outcome(admit(true))).toBe('admitted');
  });

  it('does not hide that it may not ask at all', async () => {
    const { world, admit } = anAdmission();
    world.error = new InvariantViolated('AccessDenied');
    expect(await outcome(admit(true))).toBe('InvariantViolated');
  });
});
