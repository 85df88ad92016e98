import { contentHash } from '../lake/content-hash.ts';
import type { DatasetFile, DatasetManifest } from './manifest.ts';

/** What a dataset is of: with the files' hashes it decides the content hash. */
export type DatasetSpec = Pick<
  DatasetManifest,
  'exchanges' | 'window' | 'windows' | 'feature_set' | 'label_set'
>;

/**
 * The content hash of a dataset: SHA-256 over its spec and the sorted hashes of its files. Version, times, code and
 * paths make no difference.
 */
export function datasetContentHash(spec: DatasetSpec, files: readonly DatasetFile[]): string {
  const sorted = files.map((file) => `${file.kind} ${file.exchange} ${file.date} ${file.sha256}`).sort();
  const own = Object.entries(spec.windows).map(([exchange, { from, to }]) => `${exchange} ${from} ${to}`);
  const head = JSON.stringify([
    [...spec.exchanges].sort(),
    spec.window.from,
    spec.window.to,
    spec.feature_set,
    spec.label_set,
    ...own.sort(),
  ]);
  return contentHash([head, ...sorted].join('\n'));
}

/**
 * The next version of a day: the date itself, then `.2`, `.3`, ... after the versions that exist.
 * Example: `nextVersion('2025-12-04', ['2025-12-04'])` is `2025-12-04.2`.
 */
export function nextVersion(date: string, existing: readonly string[]): string {
  const numbers = existing
    .filter((version) => version === date || version.startsWith(`${date}.`))
    .map((version) => (version === date ? 1 : Number(version.slice(date.length + 1))));
  const last = Math.max(0, ...numbers);
  return last === 0 ? date : `${date}.${last + 1}`;
}
