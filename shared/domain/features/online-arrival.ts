import * as z from 'zod';
import { type StoredSnapshot, storedSnapshotSchema } from '../market/snapshot.ts';

/** What the ingest stage tells the feature stage of a snapshot of the running session. */
export interface OnlineArrival {
  readonly snapshot: StoredSnapshot;
  /** False for a backfill: it completes the window that later rows look back on, but nobody waits for its answer. */
  readonly live: boolean;
}

export const onlineArrivalSchema: z.ZodType<OnlineArrival> = z.object({
  snapshot: storedSnapshotSchema,
  live: z.boolean(),
});
