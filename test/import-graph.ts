import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Import {
  /** Path of the file from the project's root, or the package, or `node:...`. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const ROOT = join(import.meta.dirname, '..');
const NOT_OURS = new Set(['node_modules', 'cdk.out', '.git', '.oi', 'build']);
const STATEMENT =
  /^[ \t]*(?:import|export)\s+(?:(type)\s+)?(?:([^'"`;=()]*?)\s+from\s+)?['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]/g;

/** Every TypeScript file of the project with what it imports, by path. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? typescriptBelow(entry.name) : [entry.name]))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map(readSource);
}

/** What a text of TypeScript at `path` imports. */
export function importsOf(code: string, path: string): Import[] {
  const resolve = (specifier: string) =>
    specifier.startsWith('.') ? join(dirname(path), specifier) : specifier;
  const statements = [...code.matchAll(STATEMENT)].map(([, type, names = '', specifier = '']) => ({
    to: resolve(specifier),
    isTypeOnly: type !== undefined || onlyTypes(names),
  }));
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, specifier = '']) => ({
    to: resolve(specifier),
    isTypeOnly: false,
  }));
  return [...statements, ...dynamic];
}

/** One cycle of a graph as the nodes along it, the first again at the end; undefined when there is none. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function typescriptBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? typescriptBelow(path) : [path];
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const code = withoutComments(text);
  return { path, lines: text.split('\n').length - 1, code, imports: importsOf(code, path) };
}

/** Drops comments; a `//` after a colon or inside quotes is an address, not a comment. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[ \t])\/\/.*$/gm, '$1');
}

function onlyTypes(names: string): boolean {
  const inside = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inside === undefined) return false;
  const named = inside.split(',').filter((name) => name.trim() !== '');
  return named.length > 0 && named.every((name) => name.trim().startsWith('type '));
}
