import { diffFiles, type FileIdentity } from './diff.ts';
import type { DatasetFile } from './manifest.ts';

/** Why a rebuilt dataset is not the one that it was rebuilt from. */
export const REBUILD_REASONS = {
  late_data: 'its chain has taken in rows since that were recorded by the cutoff',
  code: 'the same chain gives other rows: other code or configuration',
  day_added: 'the day was not in the lake, or not worked up, when the version was made',
  day_removed: 'nothing in the lake stands for the day any more',
  damaged: 'the file in the lake is missing or has other bytes than the manifest says',
  chain_damaged:
    'the chain that it was made from is missing or has other bytes, so nothing can be made from it',
} as const;
export type RebuildReason = keyof typeof REBUILD_REASONS;

export interface RebuildChange extends FileIdentity {
  readonly reason: RebuildReason;
}

/** The reason for each file that differs; none: the rebuild gives the same bytes. */
export function rebuildChanges(
  before: readonly DatasetFile[],
  after: readonly DatasetFile[],
): RebuildChange[] {
  const { added, removed, changed } = diffFiles(before, after);
  const because = (reason: RebuildReason) => (file: FileIdentity) => ({
    kind: file.kind,
    exchange: file.exchange,
    date: file.date,
    reason,
  });
  return [
    ...changed.map((file) => because(file.sameChain === false ? 'late_data' : 'code')(file)),
    ...added.map(because('day_added')),
    ...removed.map(because('day_removed')),
  ];
}
