import { pendingBatches } from '../../shared/domain/lake/compaction.ts';
import type { DayFileKind } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import { type Lake, type LakeScope, partitionsOf } from './lake-sessions.ts';

/** Files that hold every snapshot of the scope exactly once. */
export interface SnapshotFiles {
  /** Compacted days. */
  readonly chain: readonly LakeFile[];
  /** Micro-batches that the compacted days have not taken in. */
  readonly raw: readonly LakeFile[];
}

/** The registered files of one set (of the chain, `chain`), one per exchange and day. */
export async function dayFiles(
  { registry }: Lake,
  { exchanges, from, to }: LakeScope,
  kind: DayFileKind,
  set: string,
) {
  const rows = await Promise.all(
    exchanges.map((exchange) => registry.dayFiles(kind, set, exchange, from, to)),
  );
  return rows.flat().filter((row) => row.rows > 0);
}

/**
 * Chain files and waiting micro-batches from one look at each day: looked up apart, a compaction between them would
 * show its snapshots twice or not at all.
 */
export async function snapshotFiles(lake: Lake, scope: LakeScope): Promise<SnapshotFiles> {
  const waiting = await daysWithMicroBatches(lake, scope);
  const isWaiting = new Set(waiting.map(({ exchange, date }) => `${exchange} ${date}`));
  const compacted = (await dayFiles(lake, scope, 'chain', 'chain')).filter(
    ({ exchange, date }) => !isWaiting.has(`${exchange} ${date}`),
  );
  const looks = await Promise.all(waiting.map((day) => lookAtDay(lake, day)));
  return {
    chain: [...compacted, ...looks.flatMap(({ chain }) => chain)],
    raw: looks.flatMap(({ raw }) => raw),
  };
}

interface Day {
  readonly exchange: Exchange;
  readonly date: string;
}

async function lookAtDay({ registry }: Lake, { exchange, date }: Day): Promise<SnapshotFiles> {
  const batches = await registry.batches(exchange, date);
  const chain = await registry.dayFile('chain', 'chain', exchange, date);
  return { chain: chain === undefined ? [] : [chain], raw: pendingBatches(chain, batches) };
}

/** Where micro-batches lie; whether they count only the registry says. */
async function daysWithMicroBatches({ bucket }: Lake, scope: LakeScope): Promise<Day[]> {
  const days = new Map<string, Day>();
  for (const { exchange, date } of partitionsOf(await bucket.list('raw/'))) {
    const known = scope.exchanges.find((name) => name === exchange);
    if (known === undefined || date < scope.from || date > scope.to) continue;
    days.set(`${exchange} ${date}`, { exchange: known, date });
  }
  return [...days.values()];
}
