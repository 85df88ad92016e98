import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { buildLayers } from '../local-cloud.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What `./oi test` runs, in order; the first that fails ends it. */
const STEPS: readonly (readonly [name: string, packageName: string, bin: string, ...args: string[]])[] = [
  ['lint', '@biomejs/biome', 'bin/biome', 'check', '--error-on-warnings', '.'],
  ['types', 'typescript', 'bin/tsc', '--noEmit'],
  ['tests', 'vitest', 'vitest.mjs', 'run'],
];

export function testCommand(program: Command): void {
  program
    .command('test')
    .description(
      'lint, types and all tests; `test golden` walks the golden folders only (GOLDEN_DIR adds one)',
    )
    .argument('[only]', 'a part of the tests, by folder: golden, journey, contract ...')
    .action(async (only: string | undefined, _options, command: Command) => {
      const { output } = contextOf(command);
      await buildLayers(output);
      for (const [name, packageName, bin, ...args] of only === undefined ? STEPS : STEPS.slice(2)) {
        output.line(`== ${name}`);
        const filter = only === undefined ? [] : [`test/${only}`];
        const status = run(packageName, bin, [...args, ...(name === 'tests' ? filter : [])]);
        if (status !== 0) {
          output.line(`== ${name}: failed`);
          process.exitCode = status;
          return;
        }
      }
      output.result({ ok: true });
    });
}

function run(packageName: string, bin: string, args: readonly string[]): number {
  const require = createRequire(import.meta.url);
  const script = join(dirname(require.resolve(`${packageName}/package.json`)), bin);
  const { GOLDEN_DIR: golden } = process.env;
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    // A folder is named as seen from where the command was given.
    env: { ...process.env, ...(golden && { GOLDEN_DIR: resolve(golden) }) },
    stdio: 'inherit',
  });
  return status ?? 1;
}
