import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { removeEnvironment, requireLinux, stopLocalCloud } from '../../cli/local-cloud.ts';
import type { Output } from '../../cli/output.ts';

const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/environments-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});
const started: ChildProcess[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it.each(['win32', 'darwin'])('says on %s where the local cloud runs instead', (platform) => {
  expect(() => requireLinux(platform)).toThrow(
    expect.objectContaining({
      name: 'RejectedInput',
      message: expect.stringMatching(`was ${platform}; run it in WSL`),
    }),
  );
  expect(() => requireLinux('linux')).not.toThrow();
});

/** A shell that is called as the local cloud of `name` is and answers nobody; ready when it resolves. */
async function standIn(name: string, body: string): Promise<ChildProcess> {
  const state = join(folder, 'demo', 'state');
  mkdirSync(state, { recursive: true });
  const args = ['-c', `${body}; echo ready; while true; do read line || true; done`, 'local/main.ts'];
  const child = spawn('sh', [...args, '--directory', join(folder, name, 'state')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const content = {
    endpoint: 'http://127.0.0.1:9',
    pid: child.pid,
    token: 'token',
    keys: { tracker: key, operator: key, viewer: key },
    environment: {},
    outputs: {},
  };
  writeFileSync(join(state, 'endpoint.json'), JSON.stringify(content));
  return child;
}

/** Collects the lines that people see. */
function lines(): { readonly output: Output; readonly shown: string[] } {
  const shown: string[] = [];
  const output = { line: (text = '') => void shown.push(text) } as Output;
  return { output, shown };
}

describe('stop', () => {
  it('ends a local cloud at its first word, and says nothing more', async () => {
    const child = await standIn('demo', ':');
    const { output, shown } = lines();
    await expect(stopLocalCloud('demo', output)).resolves.toBe(true);
    expect(shown).toEqual([]);
    await vi.waitFor(() => expect(child.signalCode).toBe('SIGTERM'));
  });

  it('tells that it waits, then kills one that does not end in time, and says so', async () => {
    const child = await standIn('demo', 'trap "" TERM');
    const { output, shown } = lines();
    await expect(stopLocalCloud('demo', output, 2_200)).resolves.toBe(true);
    expect(shown).toEqual([
      'local cloud demo: ends what it is at, 2.2 s at most ...',
      'local cloud demo: did not end within 2.2 s and is killed; nothing that was answered 202 is lost',
    ]);
    await vi.waitFor(() => expect(child.signalCode).toBe('SIGKILL'));
  });

  it('leaves a stranger alone that has the process id of a killed one', async () => {
    const stranger = await standIn('other', ':');
    await expect(stopLocalCloud('demo')).resolves.toBe(false);
    expect(() => process.kill(stranger.pid ?? 0, 0)).not.toThrow();
    expect(stranger.signalCode).toBeNull();
  });
});

describe('removing an environment', () => {
  it('deletes a local one, and refuses one that was deployed', () => {
    const [local, prod] = [join(folder, 'local'), join(folder, 'prod')];
    for (const one of [local, prod]) mkdirSync(one, { recursive: true });
    writeFileSync(join(prod, 'outputs.json'), '{}');
    removeEnvironment('local');
    expect(existsSync(local)).toBe(false);
    expect(() => removeEnvironment('prod')).toThrow(/expected a local one, was deployed to AWS/);
    expect(existsSync(join(prod, 'outputs.json'))).toBe(true);
  });
});
