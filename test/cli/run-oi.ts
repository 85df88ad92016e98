import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs the CLI as `./oi` does, with its environments in a folder of the test's own. */
export function runOi(environments: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: join(import.meta.dirname, '..', '..'),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', OI_ENVIRONMENTS: environments },
  });
  return { status, stdout, stderr, last: () => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}
