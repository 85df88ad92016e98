import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'kept-clock-'));
vi.stubEnv('OI_ENVIRONMENTS', folder);
const { clockWords, forgetClock, startInstant } = await import('../../cli/kept-clock.ts');

const STOOD = '2026-02-24T05:16:00.000Z';
const BEFORE = '2026-02-23T10:15:00.000Z';
const write = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};
/** As the local cloud writes it. */
const keep = (name: string, content: object) =>
  write(join(folder, name, 'state', 'clock.json'), JSON.stringify(content).padEnd(80));
/** As a stop wrote it in earlier versions. */
const keepAsBefore = (name: string, content: object) =>
  write(join(folder, name, 'clock.json'), JSON.stringify(content));
beforeAll(() => {
  keep('demo', { mode: 'simulated', now: STOOD });
  keep('local', { mode: 'real', now: STOOD });
  keepAsBefore('earlier', { mode: 'simulated', now: STOOD });
  keep('updated', { mode: 'simulated', now: STOOD });
  keepAsBefore('updated', { mode: 'simulated', now: BEFORE });
  write(join(folder, 'powerless', 'state', 'clock.json'), '');
  keepAsBefore('powerless', { mode: 'simulated', now: BEFORE });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('where an environment starts', () => {
  it.each([
    ['goes on where its clock stood', 'demo', undefined, STOOD],
    ['never goes back', 'demo', '2026-02-02T10:01:00.000Z', STOOD],
    ['reads what an earlier version kept', 'earlier', undefined, STOOD],
    ['believes the cloud before an earlier version', 'updated', undefined, STOOD],
    ['takes an earlier place where the last one was lost', 'powerless', undefined, BEFORE],
    ['may go forward', 'demo', '2026-02-25T05:00:00.000Z', '2026-02-25T05:00:00.000Z'],
    ['takes the machine’s time when it had it', 'local', undefined, undefined],
    ['starts as it is told when it is new', 'new', '2026-02-02T10:01:00.000Z', '2026-02-02T10:01:00.000Z'],
    ['takes the machine’s time when it is new', 'new', undefined, undefined],
  ])('%s', (_, name, wanted, expected) => expect(startInstant(name, wanted)).toBe(expected));

  it('takes the machine’s time again once its clock is forgotten', () => {
    keep('story', { mode: 'simulated', now: STOOD });
    keepAsBefore('story', { mode: 'simulated', now: BEFORE });
    forgetClock('story');
    expect(startInstant('story', undefined)).toBeUndefined();
    forgetClock('never-was');
  });
});

it.each([
  ['simulated', 'stands at 2026-02-24 10:46 (IST)'],
  ['real', "runs with the machine's time"],
])('says what a %s clock does', (mode, words) => expect(clockWords({ mode, now: STOOD })).toBe(words));
