import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');

/** The folder that the serving image is built from, as infra/constructs/model-endpoints.ts puts it together. */
export function servingImage(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, 'layers/onnxruntime/build.ts')], { cwd: ROOT });
  const modules = join(ROOT, 'layers', 'onnxruntime', 'build', arch(), 'nodejs', 'node_modules');
  mkdirSync(folder, { recursive: true });
  cpSync(modules, join(folder, 'node_modules'), { recursive: true });
  cpSync(join(ROOT, 'functions', 'score', 'Dockerfile'), join(folder, 'Dockerfile'));
  buildSync({
    entryPoints: [join(ROOT, 'functions', 'score', 'endpoint.server.ts')],
    outfile: join(folder, 'index.js'),
    ...{ bundle: true, platform: 'node', target: 'node24', format: 'cjs', external: ['onnxruntime-node'] },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
    logLevel: 'error',
  });
  return folder;
}
