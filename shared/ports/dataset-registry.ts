import type { DatasetManifest, DatasetSummary } from '../domain/datasets/manifest.ts';

/** The versions of the dataset. */
export interface DatasetRegistry {
  /** @throws Conflict when the version exists. */
  add(manifest: DatasetManifest): Promise<void>;
  /** @throws NotFound naming the version. */
  version(version: string): Promise<DatasetManifest>;
  /** Newest first, imported ones not among them. */
  versions(limit: number): Promise<DatasetSummary[]>;
  /** The versions of one day (YYYY-MM-DD, YYYY-MM-DD.2, ...), oldest first. */
  versionsOf(date: string): Promise<DatasetSummary[]>;
  /** Imported versions, by name. */
  legacyVersions(): Promise<DatasetSummary[]>;
}
