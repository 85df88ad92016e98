import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { renameLibrary } from './soname.ts';
import type { Wheel } from './wheel.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Puts the wanted files of wheels with pinned hashes into `<folder>/lib/`. Does nothing when they are there already.
 *
 * @param folder - what Lambda unpacks to /opt
 * @throws Error when python3 with pip is missing, the network is away, or a hash differs
 */
export function buildFromWheels(
  folder: string,
  wheels: readonly Wheel[],
): { folder: string; built: boolean } {
  const stampFile = join(folder, 'wheels.json');
  const stamp = `${JSON.stringify(wheels, null, 2)}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return { folder, built: false };
  const work = mkdtempSync(join(tmpdir(), 'layer-'));
  try {
    const files = wheels.map((wheel) => ({ name: wheel.name, bytes: unpack(wheel, work) }));
    mkdirSync(join(folder, 'lib'), { recursive: true });
    for (const { name, bytes } of files) replaceFile(join(folder, 'lib', name), bytes);
    replaceFile(stampFile, new TextEncoder().encode(stamp));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { folder, built: true };
}

function unpack(wheel: Wheel, work: string): Uint8Array {
  const out = join(work, wheel.sha256);
  // Two files may come from one wheel.
  if (!existsSync(out)) {
    python(['zipfile', '-e', download(wheel, work), out], `unpacking of ${wheel.requirement}`);
  }
  const bytes = readFileSync(join(out, wheel.member));
  const name = basename(wheel.member);
  const named = name === wheel.name ? bytes : renameLibrary(bytes, name, wheel.name);
  return wheel.asksFor === undefined ? named : renameLibrary(named, ...wheel.asksFor);
}

function download(wheel: Wheel, work: string): string {
  const target = join(work, `${wheel.sha256}.whl`);
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  const where = ['--platform', wheel.platform, '--dest', target];
  python(['pip', 'download', ...options, ...where, wheel.requirement], `download of ${wheel.requirement}`);
  const file = join(target, readdirSync(target).find((name) => name.endsWith('.whl')) ?? '');
  const found = sha256(readFileSync(file));
  if (found !== wheel.sha256) {
    throw new Error(`${basename(file)}: expected SHA-256 ${wheel.sha256}, was ${found}`);
  }
  return file;
}

function python(args: readonly string[], purpose: string): void {
  try {
    execFileSync('python3', ['-m', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (cause) {
    const said = String((cause as { stderr?: Buffer }).stderr ?? cause).trim();
    throw new Error(`${purpose}: expected \`python3 -m ${args[0]}\` to work, was: ${said}`, { cause });
  }
}

/** By rename, so that a process that has the old file mapped keeps it whole. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, bytes, { mode: 0o755 });
  renameSync(fresh, path);
}
