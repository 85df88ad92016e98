import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'docs', 'decisions');
const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

describe('docs/decisions', () => {
  test('the page of dependencies names each package of package.json, and no other', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const rows = [...read('0001-dependencies.md').matchAll(/^\| `([^`]+)` *\| (.+?) *\|$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(installed.sort());
    expect(rows.filter(([, , reason = '']) => reason.length < 5)).toEqual([]);
  });

  test('pages are numbered without a gap and listed in the index', () => {
    const numbers = pages.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b);
    expect(numbers).toEqual(pages.map((_, at) => at + 1));
    const index = read('README.md');
    expect(pages.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });

  test.each(pages)('%s says context, decision and consequence, in this order', (name) => {
    const page = read(name);
    expect(page).toMatch(new RegExp(`^# ${name.slice(0, 4)}: \\S`));
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequence',
    ]);
  });
});
