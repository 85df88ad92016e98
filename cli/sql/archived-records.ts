import { ARCHIVES } from '../../shared/domain/audit/archive.ts';
import type { AuditEntry } from '../../shared/domain/audit/log-entry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** More at once would not be faster: the connection is one. */
const FETCHES_AT_ONCE = 16;

/** The archived records of the given days with their places in the log and leaf hashes, in the order of the keys. */
export async function archivedRecords(
  bucket: Pick<ObjectStore, 'get' | 'list'>,
  kind: AuditEntry['kind'],
  dates: readonly string[],
): Promise<AuditEntry['record'][]> {
  const isAsked = new Set(dates);
  const keys = (await bucket.list(ARCHIVES[kind])).filter((key) =>
    isAsked.has(/\/date=([^/]+)\//.exec(`/${key}`)?.[1] ?? ''),
  );
  const found: AuditEntry['record'][][] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < keys.length; at = next++) {
      found[at] = recordsIn(new TextDecoder().decode(await bucket.get(keys[at]!)));
    }
  };
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, worker));
  return found.flat();
}

function recordsIn(text: string): AuditEntry['record'][] {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => {
    const { log_index, leaf_hash, record } = JSON.parse(line);
    return { ...record, log_index, leaf_hash };
  });
}
