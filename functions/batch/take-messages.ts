import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { BatchResult } from './write-batches.ts';

interface Received {
  readonly id: string;
  readonly body: StoredSnapshot;
}

/**
 * Writes the snapshots of a delivery and names the messages that must come again. One message of a snapshot that was
 * delivered twice fails as the other does.
 */
export function takeMessages(
  write: (snapshots: readonly StoredSnapshot[]) => Promise<BatchResult>,
  tell: (result: BatchResult) => void,
) {
  return async (messages: readonly Received[]): Promise<string[]> => {
    const result = await write(messages.map((message) => message.body));
    tell(result);
    const failed = new Set(result.failed.map(({ snapshotId }) => snapshotId));
    return messages.filter(({ body }) => failed.has(body.snapshot_id)).map(({ id }) => id);
  };
}
