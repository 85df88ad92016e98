import { existsSync, readFileSync } from 'node:fs';
import Module, { registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
      if (parent === null || file === null || !isInside(parent, taskRoot) || !isForeignPackage(file)) {
        return resolved;
      }
      // The project around the code holds the package too and was found first; on AWS there is only the layer.
      const layer = layerModules.find((folder) => existsSync(join(folder, ...packageName(specifier))));
      if (layer !== undefined) {
        return nextResolve(specifier, { ...context, parentURL: pathToFileURL(join(layer, 'layer.js')).href });
      }
      throw new Error(`Cannot find module '${specifier}': neither the function's code nor a layer holds it`);
    },
    load(url, context, nextLoad) {
      const file = filePath(url);
      return nextLoad(url, file !== null && isScript(file) ? { ...context, format: 'commonjs' } : context);
    },
  });
}

/** The folders of a package below node_modules: its name, or its scope and name. */
function packageName(specifier: string): string[] {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
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
