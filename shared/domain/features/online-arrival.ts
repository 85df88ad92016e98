import * as z from 'zod';
import { type StoredSnapshot, storedSnapshotSchema } from '../market/snapshot.ts';

/** A snapshot this much older than its receipt has no place in the online window: it goes to the lake only. */
const ONLINE_WINDOW_MS = 60 * 60_000;

/** Whether a snapshot of this time came early enough, by our clock, for the online window. */
export function reachesOnline(timestampMs: number, recordedMs: number): boolean {
  return recordedMs - timestampMs <= ONLINE_WINDOW_MS;
}

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
