import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createFixture } from './fixture.ts';

test('workers see the simulated instant, in threads too, and the machine’s time when the clock is real', async () => {
  const startMs = Date.UTC(2025, 11, 4);
  const clock = simulatedClock(startMs);
  const fixture = createFixture(clock);
  const code = `
    const { Worker } = require('node:worker_threads');
    const inThread = () => new Promise((resolve, reject) => {
      const thread = new Worker(__dirname + '/thread.js');
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    exports.handler = async () => ({
      now: Date.now(), iso: new Date().toISOString(), text: Date(), given: new Date(0).getTime(),
      isDate: new Date() instanceof Date, thread: await inThread(),
    });`;
  fixture.add('time', code);
  mkdirSync(join(fixture.directory, 'code', 'time'), { recursive: true });
  writeFileSync(
    join(fixture.directory, 'code', 'time', 'thread.js'),
    "require('node:worker_threads').parentPort.postMessage(Date.now());",
  );
  expect(await fixture.call('time')).toEqual({
    now: startMs,
    iso: '2025-12-04T00:00:00.000Z',
    text: expect.stringContaining('Thu Dec 04 2025'),
    given: 0,
    isDate: true,
    thread: startMs,
  });
  await clock.advanceTo(startMs + 60_000);
  expect(await fixture.call('time')).toMatchObject({ now: startMs + 60_000, thread: startMs + 60_000 });
  clock.setReal();
  const { now } = (await fixture.call('time')) as { now: number };
  expect(Math.abs(now - Date.now())).toBeLessThan(5000);
  await fixture.close();
  clock.close();
});

test('a function loads at the cloud’s time', async () => {
  const clock = simulatedClock(1000);
  const fixture = createFixture(clock);
  fixture.add('loaded', 'const loaded = Date.now(); exports.handler = async () => loaded;');
  expect(await fixture.call('loaded')).toBe(1000);
  await fixture.close();
  clock.close();
});

test('simulated time stands still while a handler runs', async () => {
  const clock = simulatedClock(0);
  const fixture = createFixture(clock);
  fixture.add(
    'slow',
    'exports.handler = async () => { await new Promise((r) => setTimeout(r, 80)); return Date.now(); };',
  );
  const running = fixture.call('slow');
  await clock.advanceTo(1000);
  expect(await running).toBe(0);
  await fixture.close();
  clock.close();
});

test('a handler under way sees a clock that is set anew', async () => {
  const clock = simulatedClock(0);
  const fixture = createFixture(clock);
  fixture.add(
    'slow',
    'exports.handler = async () => { const at = Date.now(); while (Date.now() === at) await new Promise((r) => setTimeout(r, 5)); return [at, Date.now()]; };',
  );
  const running = fixture.call('slow');
  // Not before the handler runs: its invocation brings the time it began at.
  await new Promise((resolve) => setTimeout(resolve, 500));
  clock.setSimulated(5000);
  expect(await running).toEqual([0, 5000]);
  await fixture.close();
  clock.close();
});
