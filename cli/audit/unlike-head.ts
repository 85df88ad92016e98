import { consistencyProof } from '../../shared/domain/audit/merkle/tile-tree.ts';
import { extendsLog, type TreeHead } from '../../shared/domain/audit/merkle/verify-proof.ts';
import type { LogBreak } from '../../shared/domain/audit/verify-log.ts';
import { tilesOf } from './proof.ts';
import type { LogSource } from './source.ts';

/**
 * What is wrong where a log should go on from a head that somebody knows; null when it does.
 * @param knower - who knows it, in words. Example: `the table` gives `the log ends here, but the table knows 8 entries: ...`.
 */
export async function unlikeHead(
  source: LogSource,
  knower: string,
  known: TreeHead,
  now: TreeHead,
): Promise<LogBreak | null> {
  if (known.size > now.size) {
    const why = `the log ends here, but ${knower} knows ${known.size} entries: its end was cut off`;
    return { index: now.size, why };
  }
  const proof = await consistencyProof(tilesOf(source), known.size, now.size);
  if (extendsLog(known, now, proof)) return null;
  return { index: 0, why: `the first ${known.size} entries are not those of ${knower}` };
}
