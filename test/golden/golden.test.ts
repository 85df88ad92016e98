import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from './kinds.ts';

const GIVEN = process.env['GOLDEN_DIR'];
const FOLDERS = [import.meta.dirname, ...(GIVEN ? [resolve(GIVEN)] : [])];

/** All golden files in and below a folder, by name. */
function goldenFiles(folder: string): string[] {
  return globSync('**/*.json', { cwd: folder }).sort();
}

describe.each(FOLDERS)('golden files in %s', (folder) => {
  it('are there', () => {
    expect(existsSync(folder), `GOLDEN_DIR: expected a folder, was ${folder}`).toBe(true);
    expect(goldenFiles(folder).length, `expected *.json files in ${folder}, was none`).toBeGreaterThan(0);
  });

  it.each(goldenFiles(folder))('%s', (name) => {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const check = KINDS[file.kind];
    const known = Object.keys(KINDS).join(', ');
    expect(check, `${name}: expected a kind among ${known}, was ${file.kind}`).toBeDefined();
    check!(file);
  });
});

it('the copied folder holds every kind that we can check', () => {
  const folder = join(import.meta.dirname, 'tracker');
  const kinds = goldenFiles(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).kind);
  expect(new Set(kinds), basename(folder)).toEqual(new Set(Object.keys(KINDS)));
});
