import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { AsyncQueue } from '../../../local/lambda/async-queue.ts';
import type { Outcome } from '../../../local/lambda/worker.ts';

const FAILED: Outcome = { ok: false, error: { errorType: 'Error', errorMessage: 'no' } };
const DONE: Outcome = { ok: true, payload: 'null' };

let directory: string;
let clock: SwitchableClock;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'async-'));
  clock = simulatedClock(0);
});
afterEach(() => {
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(outcome: () => Outcome, retryAttempts = 2) {
  const attemptsMs: number[] = [];
  const exhausted: string[] = [];
  const queue = new AsyncQueue({
    directory,
    clock,
    run: async () => {
      attemptsMs.push(clock.nowMs());
      return outcome();
    },
    retryAttempts: () => retryAttempts,
    onExhausted: async ({ payload }) => void exhausted.push(payload),
  });
  return { queue, attemptsMs, exhausted };
}
const kept = () => readdirSync(directory).filter((name) => name.endsWith('.json'));

test('runs an invocation once and forgets it', async () => {
  const { queue, attemptsMs } = open(() => DONE);
  await queue.add('f', '{}');
  expect(kept()).toHaveLength(1);
  await clock.advanceTo(1);
  expect(attemptsMs).toEqual([0]);
  expect(kept()).toEqual([]);
});

test('tries again after one and two more minutes, then gives up', async () => {
  const { queue, attemptsMs, exhausted } = open(() => FAILED);
  await queue.add('f', '{"a":1}');
  await clock.advanceTo(3_600_000);
  expect(attemptsMs).toEqual([0, 60_000, 180_000]);
  expect(exhausted).toEqual(['{"a":1}']);
  expect(kept()).toEqual([]);
});

test('tries no more often than the function says', async () => {
  const { queue, attemptsMs } = open(() => FAILED, 0);
  await queue.add('f', '{}');
  await clock.advanceTo(3_600_000);
  expect(attemptsMs).toEqual([0]);
});

test('goes on after a restart with what was acknowledged, at its own time', async () => {
  const before = open(() => FAILED);
  await before.queue.add('f', '{}');
  await clock.advanceTo(1000);
  before.queue.close();
  expect(kept()).toHaveLength(1);

  const after = open(() => DONE);
  await after.queue.resume();
  await clock.advanceTo(120_000);
  expect(after.attemptsMs).toEqual([60_000]);
  expect(kept()).toEqual([]);
});

test('takes no notice of a half-written file', async () => {
  appendFileSync(join(directory, 'x.json.part'), '{"id":');
  const { queue, attemptsMs } = open(() => DONE);
  await queue.resume();
  await clock.advanceTo(1000);
  expect(attemptsMs).toEqual([]);
  expect(
    existsSync(join(directory, 'x.json.part')) && readFileSync(join(directory, 'x.json.part'), 'utf8'),
  ).toBe('{"id":');
});
