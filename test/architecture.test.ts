import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JOURNEY } from '../shared/journey.ts';
import { findCycle, type Import, importsOf, type SourceFile, sourceFiles } from './import-graph.ts';
import { DOMAIN_GRAPH, IMPURE, LAYERS, type Layer, nounsBefore } from './import-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const MOST_LINES = 300;
const ALL = sourceFiles();
const isProduct = ({ path }: SourceFile) => !/^(test|bench)\/|^[^/]+\.ts$/.test(path);
const PRODUCT = ALL.filter(isProduct);

const layerOf = (path: string): Layer | undefined => LAYERS.find(({ files }) => files.test(path));
const isOurs = (to: string) => /\.(ts|json)$/.test(to) && !to.startsWith('node:');

/** What is wrong with one import, or undefined. */
function wrong(file: SourceFile, { to, isTypeOnly }: Import): string | undefined {
  const layer = layerOf(file.path);
  if (layer === undefined) return `${file.path} belongs to no layer`;
  if (!isOurs(to)) return layer.packages.test(to) ? undefined : `${layer.name} must not import ${to}`;
  const target = layerOf(to)?.name;
  if (target === layer.name) return undefined;
  if (layer.layers.includes(target ?? '')) return undefined;
  if (isTypeOnly && layer.types?.includes(target ?? '')) return undefined;
  return `${layer.name} must not import ${target ?? 'something of no layer'} (${to})`;
}

const folderIn = (parent: string, path: string) => new RegExp(`^${parent}/([^/]+)/`).exec(path)?.[1];

describe('who may import whom', () => {
  it('is kept by every file', () => {
    const broken = PRODUCT.flatMap((file) =>
      file.imports.flatMap((one) => {
        const reason = wrong(file, one);
        return reason === undefined ? [] : [`${file.path}: ${reason}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('keeps one function from importing another', () => {
    // An answer that is given again needs what two stages did; cli/replay joins them, as infra does live.
    const joined = PRODUCT.filter(({ path }) => !path.startsWith('cli/replay/'));
    const broken = joined.flatMap(({ path, imports }) => {
      const stage = folderIn('functions', path);
      const others = imports.map(({ to }) => folderIn('functions', to)).filter((to) => to && to !== stage);
      return others.map((other) => `${path} imports functions/${other}`);
    });
    expect(broken).toEqual([]);
  });

  it('keeps to the domain graph', () => {
    const broken = PRODUCT.flatMap(({ path, imports }) => {
      const noun = folderIn('shared/domain', path);
      if (noun === undefined) return [];
      if (!(noun in DOMAIN_GRAPH)) return [`${path}: the domain graph has no ${noun}`];
      const before = nounsBefore(noun);
      return imports
        .map(({ to }) => folderIn('shared/domain', to))
        .filter((to) => to !== undefined && to !== noun && !before.has(to))
        .map((to) => `${path}: ${noun} must not import ${to}`);
    });
    expect(broken).toEqual([]);
  });

  it('blocks look-ahead by structure', () => {
    for (const noun of ['features', 'risk', 'scoring']) {
      for (const later of ['labels', 'outcomes', 'evaluation', 'datasets', 'training']) {
        expect(nounsBefore(noun)).not.toContain(later);
      }
    }
  });

  it('has no cycle', () => {
    const edges = new Map(ALL.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
    expect(findCycle(edges)?.join(' -> ')).toBeUndefined();
    expect(findCycle(new Map(Object.entries(DOMAIN_GRAPH)))).toBeUndefined();
  });

  it('resolves every import to a file', () => {
    const missing = PRODUCT.flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) => isOurs(to) && !existsSync(join(ROOT, to)))
        .map(({ to }) => `${path}: ${to} is not there`),
    );
    expect(missing).toEqual([]);
  });
});

describe('purity', () => {
  const pure = PRODUCT.filter(({ path }) => /^shared\/(domain|stats)\//.test(path));

  it.each(IMPURE)('keeps %s out of shared/domain and shared/stats', (pattern) => {
    expect(pure.length).toBeGreaterThan(100);
    expect(pure.filter(({ code }) => pattern.test(code)).map(({ path }) => path)).toEqual([]);
  });

  it('keeps process.env out of adapters and use-cases', () => {
    const closed = PRODUCT.filter(({ path }) =>
      ['adapters', 'use-case', 'ports', 'observability'].includes(layerOf(path)?.name ?? ''),
    );
    expect(closed.filter(({ code }) => /process\.env/.test(code)).map(({ path }) => path)).toEqual([]);
  });

  it('knows no isLocal', () => {
    expect(PRODUCT.filter(({ code }) => /\bisLocal\b/i.test(code)).map(({ path }) => path)).toEqual([]);
  });
});

describe('sizes', () => {
  it(`keeps every file within ${MOST_LINES} lines`, () => {
    expect(
      ALL.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([]);
  });

  it('keeps the median file at about 80 lines', () => {
    const lines = PRODUCT.map((file) => file.lines).sort((a, b) => a - b);
    expect(lines[lines.length >> 1]).toBeLessThanOrEqual(80);
  });
});

describe.each(JOURNEY)('stage $name', ({ name, domain }) => {
  const has = (folder: string, pattern: RegExp) =>
    existsSync(join(ROOT, folder)) &&
    readdirSync(join(ROOT, folder), { recursive: true }).some((file) => pattern.test(String(file)));

  it('has a function with a handler and a use-case', () => {
    expect(has(`functions/${name}`, /\.handler\.ts$/)).toBe(true);
    expect(has(`functions/${name}`, /^(?!.*\.(handler|wiring|worker)\.ts$).*\.ts$/)).toBe(true);
  });

  it('has its rules in the domain', () => {
    expect(Object.keys(DOMAIN_GRAPH)).toContain(domain);
    expect(has(`shared/domain/${domain}`, /\.ts$/)).toBe(true);
  });

  it('has a test', () => {
    const tested =
      has(`test/functions/${name}`, /\.test\.ts$/) || has(`test/shared/domain/${domain}`, /\.test\.ts$/);
    expect(tested).toBe(true);
  });
});

describe('the reading of imports', () => {
  it('sees static, type-only, side-effect, re-export and dynamic imports over several lines', () => {
    const code = [
      "import { a, type B } from './a.ts';",
      "import type { C } from '../c.ts';",
      "import {\n  type D,\n  type E,\n} from './d.ts';",
      "import './worker.ts';",
      "export { f } from './f.ts';",
      "import json from '../../config/x.json' with { type: 'json' };",
      "const late = await import('./late.ts');",
      "import * as zlib from 'node:zlib';",
    ].join('\n');
    expect(importsOf(code, 'shared/x/y.ts')).toEqual([
      { to: 'shared/x/a.ts', isTypeOnly: false },
      { to: 'shared/c.ts', isTypeOnly: true },
      { to: 'shared/x/d.ts', isTypeOnly: true },
      { to: 'shared/x/worker.ts', isTypeOnly: false },
      { to: 'shared/x/f.ts', isTypeOnly: false },
      { to: 'config/x.json', isTypeOnly: false },
      { to: 'node:zlib', isTypeOnly: false },
      { to: 'shared/x/late.ts', isTypeOnly: false },
    ]);
  });

  it('finds a cycle, and none where there is none', () => {
    const edges = (pairs: Record<string, string[]>) => new Map(Object.entries(pairs));
    expect(findCycle(edges({ a: ['b', 'c'], b: ['c'], c: ['d'], d: ['b'] }))).toEqual(['b', 'c', 'd', 'b']);
    expect(findCycle(edges({ a: ['b', 'c'], b: ['c'], c: [] }))).toBeUndefined();
  });
});
