import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCE = join(import.meta.dirname, 'runtime', 'preload.ts');

/** What a worker process is started from. */
export interface RuntimeFiles {
  /** Runs before the handler's code, in every thread (node --require); serves nothing by itself. */
  readonly preload: string;
  /** Runs once: loads the handler and serves it. */
  readonly main: string;
}

/**
 * The workers' runtime as plain JavaScript below a folder: a worker that takes the types out itself starts later. It lies
 * in a folder named by its text, and is written anew where a file of it is missing.
 */
export function runtimeFiles(folder: string): RuntimeFiles {
  const { text, name } = bundled();
  const own = join(folder, name);
  const files = { preload: join(own, 'runtime.cjs'), main: join(own, 'main.cjs') };
  if (!existsSync(files.main) || !existsSync(files.preload)) write(own, text);
  return files;
}

/** Whole or not at all: a start that is cut off leaves no half of it. */
function write(folder: string, text: string): void {
  const part = `${folder}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'runtime.cjs'), text);
  // The same module as the preloaded one, so that both know the same time.
  writeFileSync(join(part, 'main.cjs'), "require('./runtime.cjs').serve();\n");
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
}

let made: { readonly text: string; readonly name: string } | undefined;

/** Built once a process. Not minified: an error's stack leads to lines that stand below the name of their source. */
function bundled() {
  if (made !== undefined) return made;
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [SOURCE],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  const text = outputFiles[0]?.text ?? '';
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  made = { text, name };
  return made;
}
