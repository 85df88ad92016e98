import { dateOfKey, rawPrefix } from '../../shared/domain/lake/paths.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

/**
 * A file of this age has nobody left who could still register it: a function runs for minutes, and a message that comes
 * again writes its file anew.
 */
const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;

interface Ports {
  readonly registry: Pick<BatchRegistry, 'batches'>;
  readonly lake: Pick<LakeFiles, 'list' | 'remove'>;
  readonly clock: Clock;
}

/**
 * Removes the micro-batch files of an exchange, of whatever day, that were written and never registered because their
 * writer died. No reader knows of them. @returns how many there were
 */
export async function removeOrphans({ registry, lake, clock }: Ports, exchange: Exchange): Promise<number> {
  const latestMs = clock() - ORPHAN_AGE_MS;
  const files = await lake.list(rawPrefix(exchange));
  const old = files.filter(({ writtenMs }) => writtenMs < latestMs).map(({ path }) => path);
  const orphans: string[] = [];
  // The registry is asked after the listing: what was registered in between is not taken for an orphan.
  for (const [date, paths] of Map.groupBy(old, dateOfKey)) {
    if (date === undefined) continue;
    const named = new Set((await registry.batches(exchange, date)).map(({ path }) => path));
    orphans.push(...paths.filter((path) => !named.has(path)));
  }
  if (orphans.length > 0) await lake.remove(orphans);
  return orphans.length;
}
