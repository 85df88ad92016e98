import type { Bundle } from './bundle.ts';

/** A file of the bundle that came out otherwise; null where there was or is none. */
export interface DifferentFile {
  readonly file: string;
  /** SHA-256. */
  readonly was: string | null;
  readonly now: string | null;
}

/** Something that was not the same when the bundle was trained: why it may differ. */
export interface ChangedCause {
  readonly what: string;
  readonly was: string;
  readonly now: string;
}

/** What is compared of a bundle, whatever kind it is of. */
export type ComparedBundle = Pick<
  Bundle,
  'version' | 'bundle_hash' | 'files' | 'code_version' | 'dataset_hash' | 'feature_names' | 'procedure'
>;

/** A version trained again, beside what is registered. */
export interface Reproduction {
  readonly version: string;
  /** Whether the bundle hash and every file that is compared are the same. */
  readonly same: boolean;
  readonly bundle_hash: string;
  readonly reproduced_hash: string;
  /** By name. */
  readonly different: readonly DifferentFile[];
  readonly changed: readonly ChangedCause[];
}

/** It says how long the search took, which is never the same twice. */
const NOT_COMPARED = new Set(['report.json']);

/** Compares a bundle with the one that training it again gave. */
export function compareBundles(bundle: ComparedBundle, again: ComparedBundle): Reproduction {
  const files = [...new Set([...Object.keys(bundle.files), ...Object.keys(again.files)])].sort();
  const different = files
    .filter((file) => !NOT_COMPARED.has(file) && bundle.files[file] !== again.files[file])
    .map((file) => ({ file, was: bundle.files[file] ?? null, now: again.files[file] ?? null }));
  return {
    version: bundle.version,
    same: different.length === 0 && bundle.bundle_hash === again.bundle_hash,
    bundle_hash: bundle.bundle_hash,
    reproduced_hash: again.bundle_hash,
    different,
    changed: changedCauses(bundle, again),
  };
}

function changedCauses(bundle: ComparedBundle, again: ComparedBundle): ChangedCause[] {
  const libraries = { ...bundle.procedure?.libraries, ...again.procedure?.libraries };
  const named = Object.keys(libraries).sort();
  const library = (one: ComparedBundle, name: string) => one.procedure?.libraries[name] ?? 'none';
  return [
    { what: 'code version', was: bundle.code_version, now: again.code_version },
    { what: 'dataset content', was: bundle.dataset_hash, now: again.dataset_hash },
    { what: 'features', was: bundle.feature_names.join(' '), now: again.feature_names.join(' ') },
    ...named.map((name) => ({
      what: `library ${name}`,
      was: library(bundle, name),
      now: library(again, name),
    })),
  ].filter(({ was, now }) => was !== now);
}
