import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOi } from '../run-oi.ts';

const folder = mkdtempSync(join(tmpdir(), 'reset-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('reset', () => {
  it.each([[['--yes']], [[]]])('keeps an environment that was deployed, with %j', (args) => {
    const outputs = join(folder, 'prod', 'outputs.json');
    mkdirSync(join(folder, 'prod'), { recursive: true });
    writeFileSync(outputs, '{}');
    const { status, stderr } = runOi(folder, 'reset', '--env', 'prod', ...args);
    expect(stderr).toMatch(/environment prod: expected a local one.*cdk destroy, then the folder/);
    expect(status).toBe(2);
    expect(existsSync(outputs)).toBe(true);
  });

  it('says that there is nothing to delete', () => {
    const { status, last } = runOi(folder, 'reset', '--env', 'nosuch', '--yes', '--json');
    expect(last()).toMatchObject({ error: 'NotFound', message: expect.stringContaining('nosuch') });
    expect(status).toBe(2);
  });
});
