import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from './sagemaker-fixture.ts';

test('a cloud that is killed leaves no job behind', async () => {
  const cloud = spawn(process.execPath, [join(import.meta.dirname, 'killable.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(cloud.stdout, 'data')) as [Buffer];
  const { pid, directory } = JSON.parse(String(said)) as { pid: number; directory: string };
  try {
    expect(isAlive(pid)).toBe(true);
    cloud.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  } finally {
    cloud.kill('SIGKILL');
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);
