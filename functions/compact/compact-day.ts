import { type ChainDaySnapshot, chainTable, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { pruningGroupRows } from '../../shared/domain/lake/column-table.ts';
import { compactDay, pendingBatches } from '../../shared/domain/lake/compaction.ts';
import { chainKey } from '../../shared/domain/lake/paths.ts';
import { type BatchRow, countOrigins, type DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { Conflict, NotFound, RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFile, LakeFiles } from '../../shared/ports/lake-files.ts';
import { removeOrphans } from './remove-orphans.ts';

interface Ports {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly clock: Clock;
}

export interface CompactionReport {
  readonly path: string;
  readonly rows: number;
  readonly snapshots: number;
  readonly duplicates: number;
  readonly revised: number;
  /** Micro-batches taken in now; 0 when nothing was new. */
  readonly batches: number;
  /** Files of the exchange that no registry row names, removed now. */
  readonly orphans: number;
}

/**
 * Merges a day's micro-batches (and what was compacted before) into one sorted file. The registry is switched first,
 * the old files are removed after: a reader sees the day before or the day after, never twice and never half.
 * @throws RejectedInput when there is nothing for the day; Conflict when another compaction was faster.
 */
export function compactChainDay(ports: Ports) {
  return async (exchange: Exchange, date: string): Promise<CompactionReport> => {
    const before = await ports.registry.dayFile('chain', 'chain', exchange, date);
    const all = await ports.registry.batches(exchange, date);
    const fresh = pendingBatches(before, all);
    if (before === undefined && fresh.length === 0) {
      throw new RejectedInput(`date: expected snapshots of ${exchange} on ${date}, was none`, {
        field: 'date',
      });
    }
    const files = before === undefined ? fresh : [before, ...fresh];
    const day = compactDay(await readAll(ports, exchange, date, files, before?.revision ?? 0));
    const report = {
      snapshots: day.snapshots.length,
      duplicates: day.duplicates,
      revised: day.revised,
      batches: fresh.length,
    };
    const isNew = before === undefined || fresh.length > 0;
    const row = isNew ? await writeChain(ports, exchange, date, day.snapshots, before, fresh) : before;
    // All of them, not only the fresh: a run that died here leaves files to the next.
    await ports.lake.remove(all.map((batch) => batch.path));
    const orphans = await removeOrphans(ports, exchange);
    return { path: row.path, rows: row.rows, ...report, orphans };
  };
}

async function writeChain(
  { registry, lake, clock }: Ports,
  exchange: Exchange,
  date: string,
  snapshots: readonly ChainDaySnapshot[],
  before: DayFileRow | undefined,
  fresh: readonly BatchRow[],
): Promise<DayFileRow> {
  const table = chainTable(snapshots);
  const keyOf = (sha256: string) => chainKey(exchange, date, sha256);
  const file = await lake.write(table, keyOf, pruningGroupRows(table.rows));
  const row: DayFileRow = {
    kind: 'chain',
    set: 'chain',
    exchange,
    date,
    ...file,
    rows: table.rows,
    origins: countOrigins(snapshots),
    source_sha256: null,
    last_recorded_at: lastRecordedAt(snapshots),
    created_at: utcIso(clock()),
    batch_ids: [...(before?.batch_ids ?? []), ...fresh.map((batch) => batch.batch_id)],
    parity: null,
    revision: (before?.revision ?? 0) + 1,
  };
  await registry.switchDayFile(row);
  return row;
}

async function readAll(
  { registry, lake }: Ports,
  exchange: Exchange,
  date: string,
  files: readonly LakeFile[],
  revision: number,
): Promise<ChainDaySnapshot[]> {
  try {
    const days: ChainDaySnapshot[][] = [];
    for (const file of files) days.push(snapshotsOf(await lake.read(file)));
    return days.flat();
  } catch (error) {
    // A faster compaction has taken the micro-batch in and removed it: the registry says so, nothing is lost.
    const now = await registry.dayFile('chain', 'chain', exchange, date);
    if (!(error instanceof NotFound) || (now?.revision ?? 0) === revision) throw error;
    throw new Conflict(`compact ${exchange} ${date}: another compaction was faster`, { cause: error });
  }
}

function lastRecordedAt(snapshots: readonly ChainDaySnapshot[]): string {
  return (
    snapshots
      .map(({ recorded_at }) => recorded_at)
      .sort()
      .at(-1) ?? ''
  );
}
