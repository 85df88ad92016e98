import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { DAY_MS, epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { FeatureService } from '../../shared/ports/feature-service.ts';
import type { LiveInputs } from '../../shared/ports/live-inputs.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

const KEEP_MS = 3 * DAY_MS;

export interface SnapshotRowPorts {
  readonly window: OnlineWindow;
  readonly inputs: LiveInputs;
  readonly toBatch: MessageQueue;
  /** The sets that are made of every live snapshot. */
  readonly liveSets: readonly FeatureSet[];
  readonly features: FeatureService;
}

/**
 * The row, in one set, of a snapshot that is to be scored; undefined where the session has too little history. The
 * snapshot is merged into its minute and sent to the lake first, so that what is served and what is kept agree, and
 * every live set's row is kept as of a snapshot that came by the queue.
 */
export function snapshotRow({ window, inputs, toBatch, liveSets, features }: SnapshotRowPorts) {
  return async (stored: StoredSnapshot, set: FeatureSet): Promise<FeatureRow | undefined> => {
    const { exchange } = stored;
    const timestampMs = epochMs(stored.timestamp);
    const date = sessionDate(timestampMs);
    const sets = [...new Set([set, ...liveSets])];
    await toBatch.sendAll([stored]);
    // Read first: the snapshot that this one replaces in its minute belongs to what its flags look back on.
    const session = { exchange, date, snapshots: [stored] };
    const context = await inputs.context(session, sets, []);
    const minutes = await inputs.minutes(session, sets);
    const before = minutes.filter(({ timestamp }) => epochMs(timestamp) <= timestampMs);
    const counts = await window.putMinute(stored, timestampMs + KEEP_MS);
    const history = counts ? [...before, stored] : before;
    if (history.length === 0) return undefined;
    const rows = sets.flatMap((one) => features.prepareFeatures({ snapshots: history, context }, one) ?? []);
    for (const row of rows) await window.putFeatureRow(row, timestampMs + KEEP_MS);
    return rows.find(({ feature_set }) => feature_set === set.id);
  };
}
