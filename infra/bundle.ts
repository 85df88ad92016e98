import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
/** Bundles live only until the synthesis has copied them into its output: two may run at once. */
const BUNDLES = mkdtempSync(join(tmpdir(), 'oi-bundles-'));
process.on('exit', () => rmSync(BUNDLES, { recursive: true, force: true }));

/** Native packages that come from Lambda layers and are never bundled. */
const FROM_LAYERS = ['onnxruntime-node', 'koffi'];

/** Charts are drawn as SVG: of Vega's two canvases the one that looks for none, since the other awaits one at load. */
const IN_PLACE_OF = {
  'vega-canvas': join(ROOT, 'node_modules', 'vega-canvas', 'build', 'vega-canvas.browser.js'),
};

/** The folder that holds the bundle of functions/<stage>/<part>.handler.ts. */
export function bundleFolder(stage: string, part: string): string {
  return join(BUNDLES, `${stage}-${part}`);
}

/**
 * Bundles every functions/<stage>/<part>.handler.ts into one CommonJS file of its own (`index.js`), and every
 * functions/<stage>/<part>.worker.ts beside the handler of the same part (`worker.js`).
 */
export function bundleFunctions(): void {
  const handlers = globSync('functions/*/*.handler.ts', { cwd: ROOT });
  const workers = globSync('functions/*/*.worker.ts', { cwd: ROOT });
  const entryPoints = [...handlers, ...workers].map((file) => {
    const [part, kind] = basename(file, '.ts').split('.') as [string, string];
    return {
      in: join(ROOT, file),
      out: join(`${basename(dirname(file))}-${part}`, kind === 'worker' ? 'worker' : 'index'),
    };
  });
  buildSync({
    entryPoints,
    outdir: BUNDLES,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    keepNames: true,
    sourcemap: false,
    external: FROM_LAYERS,
    alias: IN_PLACE_OF,
    loader: { '.json': 'json' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
    logLevel: 'error',
  });
}
