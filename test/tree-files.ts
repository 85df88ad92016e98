import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that are made, installed or local, and no part of what is published. */
const LEFT_OUT = new Set(['node_modules', '.git', '.oi', 'cdk.out', 'build', '__pycache__']);
const TEXT = /\.(ts|js|json|py|md|ya?ml|toml|sh|txt|html|css|csv|tsx)$|^(oi|Dockerfile|\.[a-z]+)$/;

/** Text files of the tree, by their path from its root. */
export function filesOfTree(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesOfTree(root, path);
    return entry.isFile() && TEXT.test(entry.name) ? [path] : [];
  });
}
