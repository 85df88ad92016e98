/**
 * Builds the Lambda layer with onnxruntime-node for one architecture out of the installed package (no network):
 * layers/onnxruntime/build/<arm64|x64>/nodejs/node_modules/{onnxruntime-node,onnxruntime-common}.
 *
 *   node layers/onnxruntime/build.ts [--arch arm64|x64|host]
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch as hostArch } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { arch: { type: 'string', default: 'host' } } });
const arch = values.arch === 'host' ? hostArch() : values.arch;
if (arch !== 'arm64' && arch !== 'x64') throw new Error(`--arch: expected arm64, x64 or host, was ${arch}`);

const require = createRequire(import.meta.url);
const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
const common = dirname(dirname(require.resolve('onnxruntime-common', { paths: [runtime] })));
const layer = join(import.meta.dirname, 'build', arch);
const modules = join(layer, 'nodejs', 'node_modules');
const binaries = join('bin', 'napi-v6', 'linux', arch);
if (!existsSync(join(runtime, binaries))) {
  throw new Error(
    `onnxruntime-node: expected its Linux ${arch} binary inside the package; reinstall with npm ci`,
  );
}

const target = join(modules, 'onnxruntime-node');
if (versionIn(target) === versionIn(runtime) && existsSync(join(target, binaries))) {
  console.log(`layers/onnxruntime/build/${arch}: ready`);
} else {
  rmSync(layer, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  for (const part of [binaries, 'dist', 'package.json']) {
    cpSync(join(runtime, part), join(target, part), { recursive: true });
  }
  for (const part of ['package.json', 'dist/cjs']) {
    cpSync(join(packageRoot(common), part), join(modules, 'onnxruntime-common', part), { recursive: true });
  }
  console.log(`layers/onnxruntime/build/${arch}: built`);
}

function versionIn(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : undefined;
}

function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'dist'))
    ? folder
    : dirname(folder);
}
