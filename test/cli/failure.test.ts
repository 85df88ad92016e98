import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOi } from './run-oi.ts';

const folder = mkdtempSync(join(tmpdir(), 'failure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a wrong request', () => {
  it('without a command says so, and shows people the help', () => {
    const { status, stderr, last } = runOi(folder, '--json');
    expect(last()).toEqual({
      ok: false,
      error: 'RejectedInput',
      message: 'expected a command, was none; ./oi --help lists them',
    });
    expect(stderr).toContain('Usage: oi');
    expect(status).toBe(2);
  });

  it('with a name that begins with a digit says that a letter comes first', () => {
    const { status, stderr } = runOi(folder, 'status', '--env', '1abc');
    expect(stderr).toContain(
      '--env: expected 2 to 16 lower-case letters or digits, a letter first, was 1abc',
    );
    expect(status).toBe(2);
  });
});

describe('the entries', () => {
  it.each([
    ['oi', /want=\$\(cksum package-lock\.json\)\n.*"\$want"/],
    ['oi.cmd', /fc \/b package-lock\.json node_modules\\\.oi-installed >nul 2>&1\r?\nif errorlevel 1 \(/],
  ])('%s installs again when the lock file is another', (entry, comparison) => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', entry), 'utf8');
    expect(text).toMatch(comparison);
    const install = text.indexOf('npm ci');
    expect(install).toBeGreaterThan(text.search(comparison));
    expect(text.lastIndexOf(entry === 'oi' ? '> "$stamp"' : 'copy /y package-lock.json')).toBeGreaterThan(
      install,
    );
  });
});
