import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JOURNEY } from '../../shared/journey.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const filesOf = (...folder: string[]) => {
  const path = join(ROOT, ...folder);
  return existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
};

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
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const rows = readme.split('\n').flatMap((line) => /^\|\s*\d+\s*\|\s*`?(\w+)`?\s*\|/.exec(line)?.[1] ?? []);
  expect(rows.slice(0, JOURNEY.length)).toEqual(JOURNEY.map(({ name }) => name));
});

it.each(JOURNEY.map(({ name, domain }) => [name, domain]))(
  '%s has its function, its rules in %s and tests',
  (name, domain) => {
    const ends = (files: string[], end: string) => files.filter((file) => file.endsWith(end)).length;
    expect(ends(filesOf('functions', name), '.handler.ts')).toBeGreaterThan(0);
    expect(ends(filesOf('shared', 'domain', domain), '.ts')).toBeGreaterThan(0);
    expect(ends(filesOf('test', 'functions', name), '.test.ts')).toBeGreaterThan(0);
    expect(ends(filesOf('test', 'shared', 'domain', domain), '.test.ts')).toBeGreaterThan(0);
  },
);
