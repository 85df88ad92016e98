import { datasetContentHash } from './content.ts';
import type { DatasetManifest } from './manifest.ts';

/** Something that is not as the manifest says. */
export interface DatasetProblem {
  /** The file's path, or the manifest's field. */
  readonly where: string;
  readonly what: 'missing' | 'sha256' | 'unreadable' | 'rows' | 'content_hash' | 'records' | 'manifest';
  readonly expected: string;
  readonly was: string;
}

/** What a manifest says against itself: its content hash, and its records against the rows of its files. */
export function manifestProblems(manifest: DatasetManifest): DatasetProblem[] {
  const problems: DatasetProblem[] = [];
  const actual = datasetContentHash(manifest, manifest.files);
  if (actual !== manifest.content_hash) {
    const expected = manifest.content_hash;
    problems.push({ where: 'content_hash', what: 'content_hash', expected, was: actual });
  }
  for (const exchange of manifest.exchanges) {
    const features = manifest.files.filter((file) => file.exchange === exchange && file.kind === 'features');
    const rows = features.reduce((sum, file) => sum + file.rows, 0);
    const records = manifest.records[exchange] ?? 0;
    if (rows !== records) {
      problems.push({
        where: `records.${exchange}`,
        what: 'records',
        expected: String(records),
        was: String(rows),
      });
    }
  }
  return problems;
}
