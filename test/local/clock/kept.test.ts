import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepClock } from '../../../local/clock/kept.ts';
import { realClock, simulatedClock } from '../../../local/clock/switchable.ts';

const START = Date.UTC(2025, 11, 4, 4, 0, 0);
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  file = join(folder, 'clock.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const kept = () => JSON.parse(readFileSync(file, 'utf8'));

describe('a kept clock', () => {
  test('is on the disk before a task of its new time runs', async () => {
    const clock = simulatedClock(START);
    const end = keepClock(clock, file);
    const seen: string[] = [];
    for (const afterMs of [1, 700, 60_000]) {
      clock.schedule(START + afterMs, () => void seen.push(kept().now));
    }
    await clock.advanceTo(START + 90_000);
    expect(seen).toEqual([
      '2025-12-04T04:00:00.001Z',
      '2025-12-04T04:00:00.700Z',
      '2025-12-04T04:01:00.000Z',
    ]);
    expect(kept()).toEqual({ mode: 'simulated', now: '2025-12-04T04:01:30.000Z' });
    end();
    clock.close();
  });

  test('says when it follows the machine, and covers what it said before', () => {
    const clock = simulatedClock(START);
    const end = keepClock(clock, file);
    clock.setReal();
    expect(kept()).toEqual({ mode: 'real', now: expect.any(String) });
    end();
    clock.close();
  });

  test('is written over by the next one, and no longer by the one that ended', () => {
    const [first, second] = [realClock(), simulatedClock(START)];
    keepClock(first, file)();
    const end = keepClock(second, file);
    first.setSimulated(Date.now() + 60_000);
    expect(kept()).toEqual({ mode: 'simulated', now: '2025-12-04T04:00:00.000Z' });
    end();
    first.close();
    second.close();
  });
});
