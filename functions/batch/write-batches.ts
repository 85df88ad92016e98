import { rawTable } from '../../shared/domain/lake/chain-rows.ts';
import {
  batchId,
  batchRow,
  groupSnapshots,
  type MicroBatch,
  planMicroBatches,
  type SnapshotGroup,
} from '../../shared/domain/lake/micro-batch.ts';
import { rawKey } from '../../shared/domain/lake/paths.ts';
import type { BatchRow } from '../../shared/domain/lake/registry-rows.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { Conflict } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

/** Two consumers that race for the same snapshots settle it within this many looks at the registry. */
const MAX_LOOKS = 5;

interface Ports {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly clock: Clock;
}

/** The snapshots whose group could not be written; they must come again. */
export interface BatchResult {
  readonly written: readonly BatchRow[];
  readonly failed: readonly { readonly snapshotId: string; readonly error: unknown }[];
}

/**
 * Writes queued snapshots as Parquet micro-batches, each snapshot exactly once whatever is delivered twice: the file
 * first, then its registry row and the snapshots' `seen` rows in one transaction. A file without a row is never read.
 */
export function writeBatches(ports: Ports) {
  return async (snapshots: readonly StoredSnapshot[]): Promise<BatchResult> => {
    const written: BatchRow[] = [];
    const failed: { snapshotId: string; error: unknown }[] = [];
    for (const group of groupSnapshots(snapshots)) {
      try {
        written.push(...(await writeGroup(ports, group)));
      } catch (error) {
        failed.push(...group.snapshots.map(({ snapshot_id }) => ({ snapshotId: snapshot_id, error })));
      }
    }
    return { written, failed };
  };
}

async function writeGroup(ports: Ports, group: SnapshotGroup): Promise<BatchRow[]> {
  const ids = group.snapshots.map((snapshot) => snapshot.snapshot_id);
  const rows: BatchRow[] = [];
  for (let look = 1; ; look++) {
    const seen = await ports.registry.seen(group.exchange, group.date, ids);
    try {
      for (const batch of planMicroBatches(group, seen)) rows.push(await writeBatch(ports, batch));
      return rows;
    } catch (error) {
      // Another consumer registered some of these snapshots since we looked: look again, write the rest.
      if (!(error instanceof Conflict) || look === MAX_LOOKS) throw error;
    }
  }
}

async function writeBatch({ registry, lake, clock }: Ports, batch: MicroBatch): Promise<BatchRow> {
  const keyOf = (sha256: string) => rawKey(batch.exchange, batch.date, batchId(batch, sha256));
  const file = await lake.write(rawTable(batch.snapshots), keyOf);
  const row = batchRow(batch, file, utcIso(clock()));
  await registry.commit(
    row,
    batch.snapshots.map((snapshot) => snapshot.snapshot_id),
  );
  return row;
}
