import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LambdaContext } from './context.ts';

export type Handler = (event: unknown, context: LambdaContext) => unknown;

/** An error of the runtime itself, under the name Lambda gives it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/**
 * Loads `file.export` (`index.handler`) from the folder of a function's code: CommonJS by `require`, so that
 * NODE_PATH finds the layers, `.mjs` by `import`.
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const file = findFile(join(taskRoot, handler.slice(0, dot)));
  if (file === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `expected a module for ${handler} in ${taskRoot}, was none`,
    );
  }
  const module = await loadModule(file);
  const name = handler.slice(dot + 1);
  const found = module[name] ?? (Object(module['default']) as Record<string, unknown>)[name];
  if (typeof found !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${handler} takes a callback: use async instead`,
    );
  }
  return found as Handler;
}

function findFile(base: string): string | undefined {
  return ['.js', '.cjs', '.mjs'].map((extension) => base + extension).find((file) => existsSync(file));
}

async function loadModule(file: string): Promise<Record<string, unknown>> {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  return createRequire(join(dirname(file), 'index.js'))(file);
}
