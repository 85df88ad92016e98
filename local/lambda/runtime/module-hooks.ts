import { existsSync, readFileSync } from 'node:fs';
import Module, { registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the Lambda runtime itself brings along: found on the machine, in no layer. */
const IN_RUNTIME = /[\\/]node_modules[\\/](@aws-sdk|@smithy|@aws|@aws-crypto)[\\/]/;

/**
 * Makes modules load as they would on AWS, where the code lies alone in its folder: a `.js` file without a
 * package.json of its own is CommonJS, whatever project the folder is in, and packages come from the code or its
 * layers, never from the project around it.
 */
export function installModuleHooks(taskRoot: string, layerModules: readonly string[]): void {
  const isInside = (file: string, folder: string) => folder !== '' && file.startsWith(folder + sep);
  const isScript = (file: string) =>
    file.endsWith('.js') && isInside(file, taskRoot) && !hasPackageJson(file, taskRoot);
  const isForeignPackage = (file: string) =>
    file.includes(`${sep}node_modules${sep}`) &&
    ![taskRoot, ...layerModules].some((folder) => isInside(file, folder)) &&
    !IN_RUNTIME.test(file);
  loadScripts(isScript);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const parent = filePath(context.parentURL);
      const file = filePath(resolved.url);
      if (parent !== null && file !== null && isInside(parent, taskRoot) && isForeignPackage(file)) {
        throw new Error(
          `Cannot find module '${specifier}': neither the function's code nor a layer holds it`,
        );
      }
      return resolved;
    },
    load(url, context, nextLoad) {
      const file = filePath(url);
      return nextLoad(url, file !== null && isScript(file) ? { ...context, format: 'commonjs' } : context);
    },
  });
}

type LoadModule = (
  module: { _compile(code: string, file: string, format: string): void },
  file: string,
) => void;

// The loader of worker threads' entry points asks the package scope again, past the format a hook has given.
function loadScripts(isScript: (file: string) => boolean): void {
  const extensions = (Module as unknown as { _extensions: Record<string, LoadModule> })._extensions;
  const loadAny = extensions['.js'];
  extensions['.js'] = (module, file) => {
    if (isScript(file)) module._compile(readFileSync(file, 'utf8'), file, 'commonjs');
    else loadAny?.(module, file);
  };
}

function filePath(url: string | undefined): string | null {
  return url?.startsWith('file:') ? fileURLToPath(url) : null;
}

function hasPackageJson(file: string, taskRoot: string): boolean {
  for (let folder = dirname(file); folder.startsWith(taskRoot); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return true;
  }
  return false;
}
