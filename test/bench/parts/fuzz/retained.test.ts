import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { mostGrown, retainedBy, retainedMb } from '../../../../bench/parts/fuzz/retained.ts';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

/** A process that holds so much and throws away as much, and says when it has done so. */
async function holding(megabytes: number): Promise<number> {
  const script = `
    const texts = (count) => Array.from({ length: count }, (_, at) => String(at).repeat(2 ** 20 / String(at).length));
    globalThis.held = texts(${megabytes}).map((one) => Buffer.from(one).toString('latin1'));
    texts(80).map((one) => Buffer.from(one).toString('latin1')).length;
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout!, 'data');
  return child.pid!;
}

it('is what a process holds, not what it once needed, again and again', { timeout: 60_000 }, async () => {
  const little = await holding(1);
  const [first, again] = [await retainedMb(little), await retainedMb(little)];
  expect(Math.abs(again - first)).toBeLessThan(2);
  child?.kill('SIGKILL');
  const much = await retainedMb(await holding(50));
  expect(much - first).toBeGreaterThan(45);
  expect(much - first).toBeLessThan(60);
});

it('says which process does not answer', { timeout: 30_000 }, async () => {
  const process = spawn('sleep', ['100']);
  const exit = once(process, 'exit');
  // SIGUSR1 ends what is not Node.
  await expect(retainedMb(process.pid!)).rejects.toThrow(`process ${process.pid}: expected its inspector`);
  await exit;
});

it('tells the process that grew most of those that were there all the time', async () => {
  const before = new Map([
    [1, 10],
    [2, 50],
    [3, 5],
  ]);
  const after = new Map([
    [1, 14],
    [2, 51],
    [4, 300],
  ]);
  expect(mostGrown(before, after)).toEqual({ heldMb: 14, growthMb: 4 });
  expect(mostGrown(new Map(), after)).toBeUndefined();
  expect(await retainedBy([])).toEqual(new Map());
});
