import type { DatasetFile, DatasetManifest } from './manifest.ts';

export type FileIdentity = Pick<DatasetFile, 'kind' | 'exchange' | 'date'>;

/** A file that both versions have for a day, with other bytes. */
export interface ChangedFile extends FileIdentity {
  readonly before: DatasetFile;
  readonly after: DatasetFile;
  /** Whether both were made from the same chain; null where that is not known. */
  readonly sameChain: boolean | null;
}

export interface FileChanges {
  readonly added: readonly DatasetFile[];
  readonly removed: readonly DatasetFile[];
  readonly changed: readonly ChangedFile[];
}

export interface CompletenessChange {
  readonly exchange: string;
  readonly feature: string;
  /** Null where one of the versions does not have the feature. */
  readonly before: number | null;
  readonly after: number | null;
}

/** What differs between two dataset versions. */
export interface DatasetDiff {
  readonly same_content: boolean;
  /** Fields of the spec that differ, each as JSON text. */
  readonly spec: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  readonly files: FileChanges;
  /** Rows of `after` less rows of `before`, per exchange that differs. */
  readonly rows: Readonly<Record<string, number>>;
  /** Features whose completeness differs, the largest change first. */
  readonly completeness: readonly CompletenessChange[];
}

const SPEC_FIELDS = [
  'exchanges',
  'window',
  'windows',
  'feature_set',
  'label_set',
  'knowledge_cutoff',
  'policy',
  'code_version',
  'origin',
] as const satisfies readonly (keyof DatasetManifest)[];

/** Compares two versions; a version with itself has no differences. */
export function diffManifests(before: DatasetManifest, after: DatasetManifest): DatasetDiff {
  const spec = SPEC_FIELDS.map((field) => ({
    field,
    before: JSON.stringify(before[field]),
    after: JSON.stringify(after[field]),
  }));
  return {
    same_content: before.content_hash === after.content_hash,
    spec: spec.filter((one) => one.before !== one.after),
    files: diffFiles(before.files, after.files),
    rows: rowChanges(before.records, after.records),
    completeness: completenessChanges(before, after),
  };
}

/** Compares two lists of files by kind, exchange and date; their order makes no difference. */
export function diffFiles(before: readonly DatasetFile[], after: readonly DatasetFile[]): FileChanges {
  const old = new Map(before.map((file) => [identity(file), file]));
  const now = new Map(after.map((file) => [identity(file), file]));
  const changed: ChangedFile[] = [];
  for (const [key, file] of now) {
    const was = old.get(key);
    if (was === undefined || was.sha256 === file.sha256) continue;
    const { kind, exchange, date } = file;
    changed.push({ kind, exchange, date, before: was, after: file, sameChain: sameChain(was, file) });
  }
  return {
    added: sorted([...now].filter(([key]) => !old.has(key)).map(([, file]) => file)),
    removed: sorted([...old].filter(([key]) => !now.has(key)).map(([, file]) => file)),
    changed: sorted(changed),
  };
}

function identity({ exchange, date, kind }: FileIdentity): string {
  return `${date} ${exchange} ${kind}`;
}

function sorted<File extends FileIdentity>(files: readonly File[]): File[] {
  return [...files].sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

function sameChain(a: DatasetFile, b: DatasetFile): boolean | null {
  return a.source_sha256 === null || b.source_sha256 === null ? null : a.source_sha256 === b.source_sha256;
}

type Records = DatasetManifest['records'];

function rowChanges(before: Records, after: Records): Record<string, number> {
  const exchanges = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changes = exchanges.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, rows]) => rows !== 0));
}

function completenessChanges(before: DatasetManifest, after: DatasetManifest): CompletenessChange[] {
  const exchanges = [...new Set([...Object.keys(before.stats), ...Object.keys(after.stats)])].sort();
  const changes = exchanges.flatMap((exchange) => {
    const old = before.stats[exchange]?.completeness ?? {};
    const now = after.stats[exchange]?.completeness ?? {};
    const features = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return features.map((feature) => ({
      exchange,
      feature,
      before: old[feature] ?? null,
      after: now[feature] ?? null,
    }));
  });
  const size = (one: CompletenessChange) => Math.abs((one.after ?? 0) - (one.before ?? 0));
  return changes.filter((one) => one.before !== one.after).sort((a, b) => size(b) - size(a));
}
