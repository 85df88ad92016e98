import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'oi-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the CLI as `./oi` does, with environments of its own. */
function oi(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', OI_ENVIRONMENTS: join(folder, 'env') },
  });
  return { status, stdout, stderr, last: () => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

describe('oi', () => {
  it('lists its commands, and that is no failure', () => {
    const { status, stdout } = oi('--help');
    expect(status).toBe(0);
    for (const verb of [
      'demo',
      'test',
      'start',
      'stop',
      'status',
      'reset',
      'journey',
      'backfill',
      'nightly',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    }
    for (const verb of ['models', 'promote', 'rollback', 'recommendations', 'bench']) {
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    }
  });

  it.each([
    [['fly'], /unknown command 'fly'/],
    [['promote', 'NSE', '--operator', 'a', '--reason', 'b'], /missing required argument 'version'/],
    [['promote', 'NYSE', 'v', '--operator', 'a', '--reason', 'b'], /Allowed choices are NSE/],
    [['promote', 'NSE', 'v'], /required option '--operator <name>'/],
    [['demo', '--sessions', '0'], /expected 1 to 90/],
    [['nightly', '--exchange', 'NYSE'], /Allowed choices are NSE/],
    [['nightly', '--date', '2026-02-30'], /'2026-02-30' is invalid.*expected a calendar date/],
    [['journey', '--date', 'tomorrow'], /expected a calendar date as 2026-02-20/],
    [['recommendations', '--date', '20-02-2026'], /expected a calendar date as 2026-02-20/],
    [['sql', '--exchange', 'NSE,NYSE', 'select 1'], /expected NSE, BSE, .*, was NYSE/],
    [['sql', '--rows', '0', 'select 1'], /expected a whole number above 0/],
    [['models', 'live', 'NYSE'], /Allowed choices are NSE/],
    [['models', 'live', 'NSE', '--at', '2026-02-23T11:02:00'], /expected a time with its offset/],
    [['datasets', 'foo'], /datasets: expected show, verify, diff, rebuild, import or nothing, was foo/],
    [['datasets', 'show', 'a', 'b'], /too many arguments/],
    [['bench', 'nothing'], /bench: expected .*, was nothing/],
  ])('%j is wrong usage: exit code 2, in words and as JSON', (args, message) => {
    const told = oi(...args);
    expect(told).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
    const asJson = oi('--json', ...args);
    expect(asJson.status).toBe(2);
    expect(asJson.last()).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it('says what to do when no cloud runs: exit code 2', () => {
    const { status, stderr } = oi('journey');
    expect(status).toBe(2);
    expect(stderr).toContain('./oi start --env local');
    const { last } = oi('--json', 'journey', '--env', 'prod');
    expect(last()).toMatchObject({ ok: false, error: 'NotFound', message: expect.stringContaining('prod') });
  });

  it('shows and stops nothing when nothing runs', () => {
    expect(oi('status', '--json').last()).toEqual({ ok: true, running: [], environments: [] });
    expect(oi('stop', '--json').last()).toEqual({ ok: true, stopped: [] });
    expect(oi('status').stdout).toContain('./oi start');
  });

  it('deletes an environment only when told twice, and nothing beside it', () => {
    const [environment, beside] = [join(folder, 'env', 'local'), join(folder, 'beside')];
    for (const one of [environment, beside]) mkdirSync(one, { recursive: true });
    expect(oi('reset')).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') });
    expect(existsSync(environment)).toBe(true);
    for (const wrong of ['../beside', '..', '.', '', '/tmp']) {
      expect(oi('reset', '--yes', '--env', wrong), wrong).toMatchObject({ status: 2 });
    }
    expect(existsSync(beside)).toBe(true);
    expect(oi('reset', '--yes').status).toBe(0);
    expect(existsSync(environment)).toBe(false);
  });
});
