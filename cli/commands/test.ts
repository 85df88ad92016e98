import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';
import { buildLayers } from '../local-cloud.ts';
import type { Output } from '../output.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A program of an installed package, and what it is given. */
export type Step = readonly [name: string, packageName: string, bin: string, ...args: string[]];

/** What `./oi test` runs, in order; the first that fails ends it. */
const STEPS: readonly Step[] = [
  ['lint', '@biomejs/biome', 'bin/biome', 'check', '--error-on-warnings', '.'],
  ['types', 'typescript', 'bin/tsc', '--noEmit'],
];
const TESTS: Step = ['tests', 'vitest', 'vitest.mjs', 'run'];

export function testCommand(program: Command): void {
  program
    .command('test')
    .description(
      'lint, types and all tests; `test golden` walks the golden folders only (GOLDEN_DIR adds one)',
    )
    .argument('[only]', 'a part of the tests, by folder: golden, journey, contract ...')
    .action(async (only: string | undefined, _options, command: Command) => {
      const { output } = contextOf(command);
      const steps = only === undefined ? [...STEPS, TESTS] : [partOfTests(only)];
      await buildLayers(output);
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      if (!runSteps(steps, output, json === true)) process.exitCode = 1;
    });
}

/** The step that runs one part of the tests. @throws RejectedInput naming the folders when no test lies there. */
function partOfTests(only: string): Step {
  const folder = join(ROOT, 'test');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  if (files.some((file) => file.startsWith(only))) return [...TESTS, `test/${only}`];
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  throw new RejectedInput(
    `test: expected a folder or file of test/ (${[...folders].sort().join(', ')}), was ${only}`,
    { field: 'only' },
  );
}

/** Runs the steps until one fails, whatever its status, and gives the result; with `json` they write as people read. */
export function runSteps(steps: readonly Step[], output: Output, json: boolean): boolean {
  for (const step of steps) {
    const [name] = step;
    output.line(`== ${name}`);
    if (run(step, json) === 0) continue;
    output.line(`== ${name}: failed`);
    output.result({ ok: false, failed: name });
    return false;
  }
  output.result({ ok: true });
  return true;
}

function run([, packageName, bin, ...args]: Step, json: boolean): number {
  const require = createRequire(import.meta.url);
  const script = join(dirname(require.resolve(`${packageName}/package.json`)), bin);
  const { GOLDEN_DIR: golden } = process.env;
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    // A folder is named as seen from where the command was given.
    env: { ...process.env, ...(golden && { GOLDEN_DIR: resolve(golden) }) },
    stdio: ['inherit', json ? 2 : 'inherit', 'inherit'],
  });
  return status ?? 1;
}
