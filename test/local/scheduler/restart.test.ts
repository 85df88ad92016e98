import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('./restart-child.ts', import.meta.url));
const QUARTER_MS = 900_000;
const START_MS = Date.UTC(2025, 11, 4);
const FIRINGS = 4_000;

it('neither loses a firing nor repeats a delivered one over kills -9', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'oi-scheduler-'));
  const delivered = () => {
    const file = join(directory, 'deliveries');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  };
  /** Plays on from the last delivery; killed once `most` further deliveries were seen. */
  const play = async (most: number) => {
    const before = delivered();
    const from = String(before.at(-1) ?? START_MS);
    const child = spawn(process.execPath, [CHILD, directory, from, String(START_MS + FIRINGS * QUARTER_MS)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const watch = setInterval(() => delivered().length >= before.length + most && child.kill('SIGKILL'), 2);
    await gone;
    clearInterval(watch);
  };
  const kills = [1, 30, 300];
  for (const most of kills) await play(most);
  expect(delivered().length).toBeLessThan(FIRINGS);
  await play(Number.POSITIVE_INFINITY);

  const times = delivered();
  const expected = Array.from({ length: FIRINGS }, (_, i) => START_MS + (i + 1) * QUARTER_MS);
  expect([...new Set(times)]).toEqual(expected);
  // A kill between a delivery and its record repeats that one delivery.
  expect(times.length).toBeLessThanOrEqual(FIRINGS + kills.length);
  rmSync(directory, { recursive: true, force: true });
});
