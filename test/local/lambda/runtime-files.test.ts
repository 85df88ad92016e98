import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runtimeFiles } from '../../../local/lambda/runtime-files.ts';
import { createFixture, type LambdaFixture } from './fixture.ts';

let fixture: LambdaFixture;
let folder: string;
beforeEach(() => {
  fixture = createFixture();
  folder = join(fixture.directory, 'runtime');
});
afterEach(() => fixture.close());

test('a worker is started from plain files below the state folder', async () => {
  fixture.add('started', 'exports.handler = async () => [process.argv[1], process.execArgv];');
  const { main, preload } = runtimeFiles(folder);
  expect(main.startsWith(folder)).toBe(true);
  expect(await fixture.call('started')).toEqual([main, expect.arrayContaining(['--require', preload])]);
});

test('the same text has the same name, and nothing else is left beside it', () => {
  const files = runtimeFiles(folder);
  expect(runtimeFiles(folder)).toEqual(files);
  expect(readdirSync(folder, { recursive: true })).toHaveLength(3);
});

test('is ready when the service has started', async () => {
  await fixture.lambda.start();
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each(['main', 'preload'] as const)('without its %s file it is written anew', async (missing) => {
  rmSync(runtimeFiles(folder)[missing]);
  fixture.add('again', 'exports.handler = async () => "answered";');
  expect(await fixture.call('again')).toBe('answered');
});

test('an error names the lines of the handler first, then those of the runtime', async () => {
  fixture.add('throws', 'exports.handler = async () => { throw new Error("no"); };');
  const { trace } = (await fixture.call('throws')) as { trace: string[] };
  expect(trace[1]).toContain(join('code', 'throws', 'index.js'));
  expect(trace[2]).toContain(runtimeFiles(folder).preload);
});
