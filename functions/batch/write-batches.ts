import { rawTable } from '../../shared/domain/lake/chain-rows.ts';
import {
  batchId,
  batchRow,
  groupSnapshots,
  halves,
  type MicroBatch,
  planMicroBatches,
  type SnapshotGroup,
} from '../../shared/domain/lake/micro-batch.ts';
import { rawKey } from '../../shared/domain/lake/paths.ts';
import type { BatchRow } from '../../shared/domain/lake/registry-rows.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { Conflict, Temporary } from '../../shared/errors.ts';
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

/** What is registered now, and the snapshots that are not: those must come again. */
export interface BatchResult {
  readonly written: readonly BatchRow[];
  readonly failed: readonly { readonly snapshotId: string; readonly error: unknown }[];
}

interface Outcome {
  readonly written: BatchRow[];
  readonly failed: { readonly snapshotId: string; readonly error: unknown }[];
}

/**
 * Writes queued snapshots as Parquet micro-batches, each snapshot exactly once whatever is delivered twice: the file
 * first, then its registry row and the snapshots' `seen` rows in one transaction. A file without a row is never read.
 * A snapshot that cannot be written fails alone: the others of its batch are written without it.
 */
export function writeBatches(ports: Ports) {
  return async (snapshots: readonly StoredSnapshot[]): Promise<BatchResult> => {
    const outcome: Outcome = { written: [], failed: [] };
    for (const group of groupSnapshots(snapshots)) await writeGroup(ports, group, outcome, 1);
    return outcome;
  };
}

async function writeGroup(ports: Ports, group: SnapshotGroup, outcome: Outcome, look: number): Promise<void> {
  try {
    const ids = group.snapshots.map((snapshot) => snapshot.snapshot_id);
    const seen = await ports.registry.seen(group.exchange, group.date, ids);
    for (const batch of planMicroBatches(group, seen)) await settleBatch(ports, batch, outcome, look);
  } catch (error) {
    fail(group, error, outcome);
  }
}

async function settleBatch(ports: Ports, batch: MicroBatch, outcome: Outcome, look: number): Promise<void> {
  try {
    outcome.written.push(await writeBatch(ports, batch));
  } catch (error) {
    // Another consumer registered some of these snapshots since we looked: look again, write the rest.
    if (error instanceof Conflict && look < MAX_LOOKS) await writeGroup(ports, batch, outcome, look + 1);
    else if (isOfOne(error) && batch.snapshots.length > 1) {
      for (const half of halves(batch)) await settleBatch(ports, half, outcome, look);
    } else fail(batch, error, outcome);
  }
}

/** An error that is neither an outage nor a race is about what one of the snapshots holds. */
function isOfOne(error: unknown): boolean {
  return !(error instanceof Conflict || error instanceof Temporary);
}

function fail({ snapshots }: SnapshotGroup, error: unknown, { failed }: Outcome): void {
  for (const { snapshot_id } of snapshots) failed.push({ snapshotId: snapshot_id, error });
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
