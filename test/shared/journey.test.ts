import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JOURNEY } from '../../shared/journey.ts';

it('names fifteen stages, one word each and each once', () => {
  const names = JOURNEY.map(({ name }) => name);
  expect(names).toHaveLength(15);
  expect(new Set(names).size).toBe(15);
  for (const name of names) expect(name).toMatch(/^[a-z]+$/);
});

it('says of every stage what it takes, what it gives and what starts it', () => {
  for (const { takes, gives, trigger } of JOURNEY) {
    for (const text of [takes, gives, trigger]) expect(text.trim().length).toBeGreaterThan(3);
  }
});

it('stands in the README in the same order', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const rows = readme.split('\n').flatMap((line) => /^\|\s*\d+\s*\|\s*`?(\w+)`?\s*\|/.exec(line)?.[1] ?? []);
  expect(rows.slice(0, JOURNEY.length)).toEqual(JOURNEY.map(({ name }) => name));
});
