import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { API_ROUTES } from '../../functions/read/api-routes.ts';
import { JOURNEY } from '../../shared/journey.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('README', () => {
  test('its journey table is shared/journey.ts', () => {
    const expected = JOURNEY.map(({ name, takes, gives, trigger }, at) => [
      String(at + 1),
      name,
      takes,
      gives,
      trigger,
    ]);
    expect(tableUnder('## The journey')).toEqual(expected);
  });

  test('its command table is the help of ./oi', () => {
    const written = tableUnder('## Commands').map(([command, what]) => [commandName(command ?? ''), what]);
    expect(written).toEqual(helpCommands());
  });

  test('every command it shows exists', () => {
    const known = helpCommands().map(([name]) => name);
    const shown = [...readme.matchAll(/\.\/oi ([a-z]+)/g)].map(([, name]) => name);
    expect(shown.length).toBeGreaterThan(known.length);
    expect(shown.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('names every route of the API, and every setting of a deployment', () => {
    const lines = readme.slice(readme.indexOf('### Ask the API'));
    const named = [...lines.matchAll(/`(?:(?:GET|POST) )?(\/[^`\s]+)`/g)].map(([, path]) => path);
    expect(API_ROUTES.map(({ path }) => path).filter((path) => !named.includes(path))).toEqual([]);
    const settings = readFileSync(join(ROOT, 'infra', 'settings.ts'), 'utf8');
    const keys = [...settings.matchAll(/text\('(\w+)', /g)].map(([, key]) => key as string);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => !readme.includes(`| \`${key}\` `))).toEqual([]);
  });

  test('demo and test stand in the first screen', () => {
    const screen = readme.split('\n').slice(0, 25).join('\n');
    expect(screen).toContain('./oi demo');
    expect(screen).toContain('./oi test');
  });

  test('every page it links to is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** Cells of the first table below a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const from = readme.slice(readme.indexOf(`\n${heading}\n`)).split('\n');
  const start = from.findIndex((line) => line.startsWith('|'));
  const end = from.findIndex((line, at) => at > start && !line.startsWith('|'));
  return from.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** Example: `./oi promote <exchange> <version>` in backticks gives `promote`. */
function commandName(cell: string): string {
  return /^`\.\/oi ([a-z]+)/.exec(cell)?.[1] ?? cell;
}

/** Names and descriptions as the help prints them, the help of the help left out. */
function helpCommands(): string[][] {
  const help = execFileSync(process.execPath, ['cli/main.ts', '--help'], { cwd: ROOT, encoding: 'utf8' });
  const block = help.slice(help.indexOf('Commands:\n') + 'Commands:\n'.length);
  const entries = block.replaceAll(/\n {3,}(?=\S)/g, ' ').split('\n');
  const commands = entries.flatMap((entry) => {
    const found = /^ {2}([a-z]+)(?: \S+)*? {2,}(.+)$/.exec(entry);
    return found === null ? [] : [[found[1] as string, found[2] as string]];
  });
  return commands.filter(([name]) => name !== 'help');
}
