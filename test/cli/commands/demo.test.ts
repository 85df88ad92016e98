import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeRoom } from '../../../cli/commands/demo.ts';
import type { Output } from '../../../cli/output.ts';

const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/demo-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FIFTEEN = JSON.stringify({ sessions: 15 });
const FIVE = JSON.stringify({ sessions: 5 });
const state = join(folder, 'demo', 'state');

/** Makes room for a demo. @returns what it says. */
async function room(key: string, fresh = false): Promise<string[]> {
  const shown: string[] = [];
  await makeRoom('demo', key, fresh, { line: (text = '') => void shown.push(text) } as Output);
  return shown;
}

/** An environment that a demo of 15 sessions made. */
function played(): void {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(folder, 'demo', 'progress.json'), JSON.stringify({ key: FIFTEEN, scenes: {} }));
}

describe('room for a demo', () => {
  it('is there in a new environment', async () => {
    expect(await room(FIFTEEN)).toEqual([]);
  });

  it('reuses what the same options played', async () => {
    played();
    expect(await room(FIFTEEN)).toEqual([]);
    expect(existsSync(state)).toBe(true);
  });

  it('is not made of what other options played, unless it is told to', async () => {
    played();
    await expect(room(FIVE)).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringMatching(/--fresh deletes what it holds.*--env NAME keeps both/),
    });
    expect(existsSync(state)).toBe(true);
    expect(await room(FIVE, true)).toEqual([
      'environment demo: deleted with all that it holds, to play anew',
    ]);
    expect(existsSync(state)).toBe(false);
  });

  it('is not made of data that no demo made, nor of a deployment', async () => {
    mkdirSync(state, { recursive: true });
    await expect(room(FIFTEEN, true)).rejects.toThrow('was demo with other data');
    writeFileSync(join(folder, 'demo', 'outputs.json'), '{}');
    await expect(room(FIFTEEN, true)).rejects.toThrow('was deployed to AWS');
    expect(existsSync(state)).toBe(true);
  });
});
