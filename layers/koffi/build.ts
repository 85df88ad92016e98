/**
 * Builds the Lambda layer with koffi (the FFI that reaches the native libraries) for one architecture. The package's
 * own binary serves the host; another architecture's comes from the npm registry by `npm pack`.
 *
 *   node layers/koffi/build.ts [--arch arm64|x64|host]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch as hostArch, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { arch: { type: 'string', default: 'host' } } });
const arch = values.arch === 'host' ? hostArch() : values.arch;
if (arch !== 'arm64' && arch !== 'x64') throw new Error(`--arch: expected arm64, x64 or host, was ${arch}`);

const koffi = join(import.meta.dirname, '..', '..', 'node_modules', 'koffi');
const { version } = JSON.parse(readFileSync(join(koffi, 'package.json'), 'utf8')) as { version: string };
const layer = join(import.meta.dirname, 'build', arch);
const modules = join(layer, 'nodejs', 'node_modules');
const binaryName = `@koromix/koffi-linux-${arch}`;
const binaryTarget = join(modules, binaryName);

if (readyVersion() === version) {
  console.log(`layers/koffi/build/${arch}: ready`);
} else {
  rmSync(layer, { recursive: true, force: true });
  mkdirSync(join(modules, '@koromix'), { recursive: true });
  cpSync(koffi, join(modules, 'koffi'), {
    recursive: true,
    filter: (file) => isNeeded(file.slice(koffi.length + 1)),
  });
  const installed = join(dirname(koffi), binaryName);
  if (existsSync(installed)) cpSync(installed, binaryTarget, { recursive: true });
  else fetchBinary();
  console.log(`layers/koffi/build/${arch}: built`);
}

function readyVersion(): string | undefined {
  const file = join(binaryTarget, 'package.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : undefined;
}

function fetchBinary(): void {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-'));
  const options = { cwd: folder, encoding: 'utf8' as const, shell: process.platform === 'win32' };
  const packed = execFileSync('npm', ['pack', '--silent', `${binaryName}@${version}`], options).trim();
  execFileSync('tar', ['-xzf', packed], options);
  renameSync(join(folder, 'package'), binaryTarget);
  rmSync(folder, { recursive: true });
}

/** The package also holds its C++ sources, tests and documentation. */
function isNeeded(path: string): boolean {
  return (
    !/^(doc|vendor|README|CHANGELOG)/.test(path) &&
    !/\.(cc|hh|c|h|cpp|hpp|inc|asm|S|md|txt|cmake|ts|map)$/.test(path)
  );
}
