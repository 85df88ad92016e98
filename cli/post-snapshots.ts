import type { ChainSnapshot } from '../shared/domain/market/snapshot.ts';
import { Temporary, Throttled } from '../shared/errors.ts';
import type { Api } from '../shared/ports/api.ts';

/** A request stays well below the API's 4 MB, whatever the chain's width. */
const MAX_REQUEST_CHARACTERS = 3_000_000;
const MAX_REQUEST_SNAPSHOTS = 60;
const MAX_TRIES = 6;
/** An API that says for so long that there is no room will not have any today. */
const MAX_WAITED_S = 30 * 60;

/** What became of posted snapshots. */
export interface PostReport {
  posted: number;
  accepted: number;
  readonly rejected: { readonly timestamp: string; readonly reason: string }[];
}

interface PostAnswer {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

/**
 * Posts snapshots of the past in batches, as received when they were taken. A busy API is asked again, one that is full
 * as soon as it said (`onWaiting` is told of each such wait); what was refused is reported with its reason.
 */
export async function postSnapshots(
  api: Api,
  snapshots: AsyncIterable<ChainSnapshot> | Iterable<ChainSnapshot>,
  onProgress: (report: PostReport) => void = () => {},
  onAccepted: (snapshot: ChainSnapshot) => void = () => {},
  onWaiting: (seconds: number) => void = () => {},
): Promise<PostReport> {
  const report: PostReport = { posted: 0, accepted: 0, rejected: [] };
  for await (const batch of batches(snapshots)) {
    const body = batch.map((snapshot) => ({ ...snapshot, received_at: snapshot.timestamp }));
    const answer = await postPatiently(api, body, { backfill: 'true' }, onWaiting);
    report.posted += batch.length;
    report.accepted += answer.accepted;
    const refused = new Map(answer.rejected.map(({ index, reason }) => [index, reason]));
    for (const [index, snapshot] of batch.entries()) {
      const reason = refused.get(index);
      if (reason === undefined) onAccepted(snapshot);
      else report.rejected.push({ timestamp: snapshot.timestamp, reason });
    }
    onProgress(report);
  }
  return report;
}

/**
 * Posts one request, again when the API is busy, and as often as it asks to wait for room.
 * @throws Temporary when it stays busy; Throttled when there was no room for half an hour.
 */
export async function postPatiently(
  api: Api,
  body: unknown,
  query: Readonly<Record<string, string>> = {},
  onWaiting: (seconds: number) => void = () => {},
): Promise<PostAnswer> {
  let waitedS = 0;
  for (let attempt = 1; ; ) {
    try {
      return await api.call<PostAnswer>({ method: 'POST', path: '/v1/snapshots', query, body });
    } catch (error) {
      if (error instanceof Throttled && waitedS < MAX_WAITED_S) {
        waitedS += error.retryAfterS;
        onWaiting(error.retryAfterS);
        await pauseMs(error.retryAfterS * 1000);
      } else {
        if (!(error instanceof Temporary) || attempt === MAX_TRIES) throw error;
        await pauseMs(100 * 2 ** attempt);
        attempt += 1;
      }
    }
  }
}

function pauseMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function* batches(
  snapshots: AsyncIterable<ChainSnapshot> | Iterable<ChainSnapshot>,
): AsyncGenerator<ChainSnapshot[]> {
  let batch: ChainSnapshot[] = [];
  let characters = 0;
  for await (const snapshot of snapshots) {
    const size = JSON.stringify(snapshot).length;
    if (
      batch.length === MAX_REQUEST_SNAPSHOTS ||
      (batch.length > 0 && characters + size > MAX_REQUEST_CHARACTERS)
    ) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(snapshot);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}
