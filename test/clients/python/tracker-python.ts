import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '..', '..', '..', '.oi', 'cache');

/**
 * A Python with the libraries that the tracker's models were pickled with, in an environment of its own below .oi/cache;
 * made on first use (a download of about 60 MB), as the native layers are.
 * @throws Error with pip's words when python3 or the network is away
 */
export function trackerPython(): string {
  return pythonWith(REQUIREMENTS, 'tracker-python');
}

/** A Python with what a requirements file names, below .oi/cache; the name tells such environments apart. */
export function pythonWith(requirements: string, name: string): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(CACHE, `${name}-${hash}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'ready'))) return python;
  mkdirSync(CACHE, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], 'an environment');
  const quiet = ['--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
  run(python, ['-m', 'pip', 'install', ...quiet, '-r', requirements], 'the libraries');
  // Only a whole environment is taken for one.
  writeFileSync(join(folder, 'ready'), '');
  return python;
}

/** @returns what it printed */
export function run(program: string, args: readonly string[], what: string): string {
  try {
    return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (cause) {
    const said = String((cause as { stderr?: string }).stderr || cause).trim();
    throw new Error(`${what}: expected ${program} to work, was: ${said}`, { cause });
  }
}
