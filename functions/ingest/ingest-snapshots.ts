import { describeValue } from '../../shared/describe-issue.ts';
import { type OnlineArrival, reachesOnline } from '../../shared/domain/features/online-arrival.ts';
import { type Acceptance, acceptSnapshots } from '../../shared/domain/market/accept.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { type Exchange, isSparse, type StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OrderedMessage, OrderedQueue } from '../../shared/ports/ordered-queue.ts';

interface Ports {
  readonly toBatch: MessageQueue;
  readonly toFeature: OrderedQueue;
  /** Of each chain the name of those that are worked on in one order with it. */
  readonly groups: Readonly<Record<Exchange, string>>;
  readonly clock: Clock;
}

/** What the caller is told: how many were accepted, and which were not and why. */
export interface IngestAnswer {
  readonly accepted: number;
  readonly rejected: Acceptance['rejected'];
  readonly ignored_fields: number;
}

/**
 * Accepts posted snapshots (one or many) and answers once the good ones are durable on every queue that needs them.
 * @throws RejectedInput when the body is not snapshots at all; Temporary when a queue did not take them: post again,
 * the same snapshot twice is stored once.
 */
export function ingestSnapshots({ toBatch, toFeature, groups, clock }: Ports) {
  return async (body: unknown, backfill: boolean): Promise<IngestAnswer> => {
    const nowMs = clock();
    const { accepted, rejected, ignoredFields } = acceptSnapshots(body, {
      recordedAt: utcIso(nowMs),
      backfill,
    });
    await Promise.all([
      toBatch.sendAll(accepted),
      toFeature.sendInOrder(onlineArrivals(accepted, nowMs, !backfill).map((body) => inGroup(body, groups))),
    ]);
    return { accepted: accepted.length, rejected, ignored_fields: ignoredFields };
  };
}

/**
 * What the query parameter `backfill` says. @throws RejectedInput for anything but `true`, `false` and nothing: live
 * rules for somebody's history would refuse all of it for its age.
 */
export function isBackfill(parameter: string | undefined): boolean {
  if (parameter === undefined || parameter === 'false') return false;
  if (parameter === 'true') return true;
  throw new RejectedInput(`backfill: expected true or false, was ${describeValue(parameter)}`, {
    field: 'backfill',
  });
}

/** In the order in which the tracker had them, whatever their order in the request. */
function onlineArrivals(snapshots: readonly StoredSnapshot[], nowMs: number, live: boolean): OnlineArrival[] {
  return snapshots
    .filter((snapshot) => reachesOnline(epochMs(snapshot.timestamp), nowMs) && !isSparse(snapshot))
    .sort(byReceipt)
    .map((snapshot) => ({ snapshot, live }));
}

function byReceipt(a: StoredSnapshot, b: StoredSnapshot): number {
  return epochMs(a.received_at) - epochMs(b.received_at) || epochMs(a.timestamp) - epochMs(b.timestamp);
}

function inGroup(body: OnlineArrival, groups: Ports['groups']): OrderedMessage {
  return { group: groups[body.snapshot.exchange], body };
}
