import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const ROOT = join(import.meta.dirname, '..', '..');

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are read as they come
  readonly Properties: any;
}

/** A synthesised stack: its resources by logical id. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Builds the native layers of this machine; what is there costs nothing. */
export async function buildLayers(): Promise<void> {
  for (const script of globSync('layers/*/build.ts', { cwd: ROOT })) {
    await run(process.execPath, [script, '--arch', 'host'], { cwd: ROOT, maxBuffer: 1 << 26 });
  }
}

/** Synthesises into `folder` in a process that knows nothing of AWS. Rejects with the output when it fails. */
export async function synthesise(
  folder: string,
  context: Readonly<Record<string, unknown>> = {},
  app = 'infra/app.ts',
): Promise<{ stdout: string; stderr: string }> {
  const { PATH = '' } = process.env;
  const settings = { environment: 'test', architecture: arch(), jobArchitecture: arch(), ...context };
  return run(process.execPath, [app], {
    cwd: ROOT,
    env: { PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(settings) },
    maxBuffer: 1 << 26,
  });
}

/** The templates in an output folder, by stack name. */
export function templatesIn(folder: string): Readonly<Record<string, Template>> {
  const files = globSync('*.template.json', { cwd: folder });
  return Object.fromEntries(
    files.map((file) => [
      file.replace('.template.json', ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    ]),
  );
}
