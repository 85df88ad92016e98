import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RejectedInput } from '../../shared/errors.ts';

/** One file of the folder: what it is, and how it is checked. */
export interface EvidenceFile {
  readonly path: string;
  readonly what: string;
  readonly check: string;
  readonly content: Uint8Array | string;
}

/** What does not exist for this answer, and why. */
export interface Missing {
  readonly path: string;
  readonly why: string;
}

/**
 * Writes a folder of evidence with its index, for people (README.md) and machines (index.json), and the hash of each
 * file as `sha256sum -c` reads it. @throws RejectedInput when the folder is there already.
 */
export function writeEvidence(
  folder: string,
  title: string,
  files: readonly EvidenceFile[],
  missing: readonly Missing[],
): number {
  if (existsSync(folder)) {
    throw new RejectedInput(`--into: expected a folder that is not there yet, was ${folder}`, {
      field: 'into',
    });
  }
  const index = files.map(({ content, ...about }) => ({ ...about, sha256: sha256(content) }));
  const all = [
    ...files,
    { path: 'index.json', content: `${JSON.stringify({ title, files: index, missing }, null, 2)}\n` },
    { path: 'README.md', content: readme(title, index, missing) },
  ];
  for (const { path, content } of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const sums = all.map(({ path, content }) => `${sha256(content)}  ${path}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  return all.length + 1;
}

function readme(title: string, files: readonly Omit<EvidenceFile, 'content'>[], missing: readonly Missing[]) {
  const own = files.filter(({ path }) => !path.startsWith('lake/'));
  const lake = files.length - own.length;
  return `# ${title}

Nothing in this folder needs the environment it came from. FOLDER is where it lies; the last two need a checkout of OI Loop:

1. \`sha256sum -c SHA256SUMS\` inside the folder: every file is as it was written.
2. \`./oi audit verify --proof FOLDER/audit-proof.json --key KEY\`: the record, its trades and what was said of it stand in
   the signed log. KEY is the log's public key as it was kept elsewhere; without it the proof's own is believed.
3. \`./oi replay --from FOLDER\`: the answer is computed again from the snapshots and the bundle, and has the leaf hash
   that the proof shows.

| file | what it is | how to check it |
| --- | --- | --- |
${own.map(({ path, what, check }) => `| ${path} | ${what} | ${check} |`).join('\n')}
| lake/ | ${lake} files: chains (the snapshots), features, bundle, verdict | named by their hash, or in the bundle's bundle.json |
${missing.length === 0 ? '' : `\nNot there:\n\n${missing.map(({ path, why }) => `- ${path}: ${why}`).join('\n')}\n`}`;
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
