import { pendingBatches } from '../../shared/domain/lake/compaction.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import type { Lake, LakeScope } from './lake-sessions.ts';

/** The registered chain files of the scope: one per exchange and session. */
export async function chainFiles(lake: Lake, scope: LakeScope): Promise<LakeFile[]> {
  return dayFiles(lake, scope, 'chain', 'chain');
}

/** The registered feature or label files of one set. */
export async function dayFiles(
  { registry }: Lake,
  { exchanges, from, to }: LakeScope,
  kind: 'chain' | 'features' | 'labels',
  set: string,
): Promise<LakeFile[]> {
  const rows = await Promise.all(
    exchanges.map((exchange) => registry.dayFiles(kind, set, exchange, from, to)),
  );
  return rows.flat().filter(({ rows }) => rows > 0);
}

/** The registered micro-batches that no chain file has taken in yet. */
export async function rawFiles({ registry }: Lake, { exchanges, sessions }: LakeScope): Promise<LakeFile[]> {
  const days = sessions.flatMap((date) => exchanges.map((exchange) => ({ exchange, date })));
  const files = await Promise.all(
    days.map(async ({ exchange, date }) => {
      const batches = await registry.batches(exchange, date);
      return pendingBatches(await registry.dayFile('chain', 'chain', exchange, date), batches);
    }),
  );
  return files.flat();
}
