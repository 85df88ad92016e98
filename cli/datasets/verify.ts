import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import {
  type DatasetFile,
  type DatasetManifest,
  datasetManifestSchema,
} from '../../shared/domain/datasets/manifest.ts';
import { type DatasetProblem, manifestProblems } from '../../shared/domain/datasets/manifest-problems.ts';
import { readAhead } from '../../shared/domain/datasets/read-ahead.ts';
import { manifestKey } from '../../shared/domain/lake/paths.ts';
import { NotFound } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Output } from '../output.ts';

const FILES_AHEAD = 8;

export interface Verification {
  readonly version: string;
  readonly files: number;
  readonly rows: number;
  readonly problems: readonly DatasetProblem[];
}

/** Reads every file of a version again and names whatever is not as its manifest says. */
export async function verifyDataset(
  bucket: Pick<ObjectStore, 'get'>,
  manifest: DatasetManifest,
  onFile: (done: number, total: number) => void = () => {},
): Promise<Verification> {
  const problems = [...manifestProblems(manifest), ...(await manifestFileProblems(bucket, manifest))];
  const { files } = manifest;
  let done = 0;
  for await (const found of readAhead(files, FILES_AHEAD, (file) => fileProblems(bucket, file))) {
    problems.push(...found);
    onFile(++done, files.length);
  }
  const rows = Object.values(manifest.records).reduce((sum, count) => sum + count, 0);
  return { version: manifest.version, files: files.length, rows, problems };
}

async function fileProblems(bucket: Pick<ObjectStore, 'get'>, file: DatasetFile): Promise<DatasetProblem[]> {
  const { path: where } = file;
  const bytes = await contentOf(bucket, where);
  if (bytes === undefined) return [{ where, what: 'missing', expected: `${file.rows} rows`, was: 'nothing' }];
  const problems: DatasetProblem[] = [];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) problems.push({ where, what: 'sha256', expected: file.sha256, was: sha256 });
  try {
    const { rows } = await hyparquetCodec.read(bytes, ['timestamp']);
    const expected = String(file.rows);
    if (rows !== file.rows) problems.push({ where, what: 'rows', expected, was: String(rows) });
  } catch (error) {
    problems.push({ where, what: 'unreadable', expected: 'a Parquet file', was: (error as Error).message });
  }
  return problems;
}

/** The manifest in the lake repeats the registry's. */
async function manifestFileProblems(
  bucket: Pick<ObjectStore, 'get'>,
  manifest: DatasetManifest,
): Promise<DatasetProblem[]> {
  const where = manifestKey(manifest.version);
  const bytes = await contentOf(bucket, where);
  if (bytes === undefined) return [{ where, what: 'missing', expected: 'the manifest', was: 'nothing' }];
  if (saysTheSame(Buffer.from(bytes).toString(), manifest)) return [];
  return [{ where, what: 'manifest', expected: "the registry's manifest", was: 'another' }];
}

function saysTheSame(text: string, manifest: DatasetManifest): boolean {
  try {
    return isDeepStrictEqual(datasetManifestSchema.parse(JSON.parse(text)), manifest);
  } catch {
    return false;
  }
}

async function contentOf(bucket: Pick<ObjectStore, 'get'>, key: string): Promise<Uint8Array | undefined> {
  try {
    return await bucket.get(key);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

const WORDS: Readonly<Record<DatasetProblem['what'], string>> = {
  missing: 'is not there',
  sha256: 'has other bytes',
  unreadable: 'cannot be read',
  rows: 'has another number of rows',
  content_hash: 'does not follow from the files and the spec',
  records: "is not the sum of its files' rows",
  manifest: 'is not what the registry has',
};

export function showVerification({ version, files, rows, problems }: Verification, output: Output): void {
  if (problems.length === 0) {
    output.line(`dataset ${version} is whole: ${files} files with ${rows} rows, each as its SHA-256 says`);
    return;
  }
  output.line(
    `dataset ${version}: ${problems.length} of its ${files} files and totals are not as the manifest says`,
  );
  for (const { where, what, expected, was } of problems) {
    output.line(`  ${where} ${WORDS[what]}: expected ${expected}, was ${was}`);
  }
}
