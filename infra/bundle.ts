import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
/** Bundles live only until the synthesis has copied them into its output: two may run at once. */
const BUNDLES = mkdtempSync(join(tmpdir(), 'oi-bundles-'));
process.on('exit', () => rmSync(BUNDLES, { recursive: true, force: true }));

/** Native packages that come from Lambda layers and are never bundled. */
const FROM_LAYERS = ['onnxruntime-node', 'koffi'];

/**
 * Where credentials come from that are not in the environment, where Lambda always has them: never loaded there, and if
 * they were, found in the runtime.
 */
const UNUSED_IN_LAMBDA = ['http', 'ini', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Charts are drawn as SVG: of Vega's two canvases the one that looks for none, since the other awaits one at load. */
const IN_PLACE_OF = {
  'vega-canvas': join(ROOT, 'node_modules', 'vega-canvas', 'build', 'vega-canvas.browser.js'),
};

/** The folder that holds the bundle of functions/<stage>/<part>.handler.ts. */
export function bundleFolder(stage: string, part: string): string {
  return join(BUNDLES, `${stage}-${part}`);
}

/** The folder that holds the bundle of functions/<stage>/<part>.job.ts. */
export function jobFolder(stage: string, part: string): string {
  return join(BUNDLES, `${stage}-${part}-job`);
}

/** The folder that holds the bundle of functions/<stage>/<part>.server.ts. */
export function serverFolder(stage: string, part: string): string {
  return join(BUNDLES, `${stage}-${part}-server`);
}

/**
 * Bundles every functions/<stage>/<part>.handler.ts into one CommonJS file of its own (`index.js`), and every
 * functions/<stage>/<part>.worker.ts beside the handler of the same part (`worker.js`). A functions/<stage>/<part>.job.ts
 * is an entry point of its own in a folder of its own, with the part's worker beside it; so is a .server.ts, without one.
 */
export function bundleFunctions(): void {
  const handlers = globSync('functions/*/*.handler.ts', { cwd: ROOT });
  const workers = globSync('functions/*/*.worker.ts', { cwd: ROOT });
  const jobs = globSync('functions/*/*.job.ts', { cwd: ROOT });
  const servers = globSync('functions/*/*.server.ts', { cwd: ROOT });
  const ofLambda = [
    ...handlers.map((file) => entry(file, bundleFolder, 'index')),
    ...workers.map((file) => entry(file, bundleFolder, 'worker')),
  ];
  const ofContainers = [
    ...jobs.map((file) => entry(file, jobFolder, 'index')),
    ...servers.map((file) => entry(file, serverFolder, 'index')),
    ...jobs
      .map((file) => file.replace('.job.', '.worker.'))
      .filter((file) => workers.includes(file))
      .map((file) => entry(file, jobFolder, 'worker')),
  ];
  bundle(ofLambda, [...FROM_LAYERS, ...UNUSED_IN_LAMBDA]);
  bundle(ofContainers, FROM_LAYERS);
}

/** Only what is used, as little as starts quickly; see decision 0016. */
function bundle(entryPoints: readonly ReturnType<typeof entry>[], external: readonly string[]): void {
  buildSync({
    entryPoints: [...entryPoints],
    outdir: BUNDLES,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Packages as ES modules, of which only what is used is kept: a client's commands are most of it.
    mainFields: ['module', 'main'],
    // The SDK's `import('node:http')` reads every export, and one of them loads a whole other client.
    supported: { 'dynamic-import': false },
    minify: true,
    keepNames: true,
    sourcemap: false,
    external: [...external],
    alias: IN_PLACE_OF,
    loader: { '.json': 'json' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
    logLevel: 'error',
  });
}

function entry(file: string, folderOf: typeof bundleFolder, name: 'index' | 'worker') {
  const [part = ''] = basename(file).split('.');
  const folder = folderOf(basename(dirname(file)), part);
  return { in: join(ROOT, file), out: join(relative(BUNDLES, folder), name) };
}
