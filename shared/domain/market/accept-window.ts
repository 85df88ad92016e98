import { RejectedInput } from '../../errors.ts';
import { acceptSnapshots } from './accept.ts';
import { epochMs, sessionDate } from './indian-time.ts';
import { type Exchange, isSparse, type StoredSnapshot } from './snapshot.ts';

/** A session has 375 minutes; a window of each minute's last snapshot fits. */
export const MAX_WINDOW_SNAPSHOTS = 400;

interface Options {
  /** The exchange that the request names. */
  readonly exchange: Exchange;
  /** Our clock at receipt, ISO 8601 with offset. */
  readonly recordedAt: string;
}

/**
 * A posted window: snapshots of one exchange and one session in any order, given back by rising timestamp, each once.
 * A snapshot may state `received_at`, if all do; otherwise all count as received in time.
 * @throws RejectedInput naming the first snapshot that is wrong: another exchange or session, not of the contract, or
 * another one of the same time; also for none, for more than MAX_WINDOW_SNAPSHOTS, and for what is no list.
 */
export function acceptWindow(posted: unknown, { exchange, recordedAt }: Options): StoredSnapshot[] {
  const list = listIn(posted);
  const { accepted, rejected } = acceptSnapshots(list, { recordedAt, backfill: true });
  const [first] = rejected;
  if (first !== undefined) throw refused(first);
  assertOneSession(accepted, exchange);
  assertReceipts(list);
  assertSeen(accepted);
  return onceByTime(accepted);
}

function listIn(posted: unknown): readonly unknown[] {
  if (!Array.isArray(posted)) {
    const message = 'window: expected a list of snapshots, was none; send [snapshot, snapshot, ...]';
    throw new RejectedInput(message, { field: 'window' });
  }
  if (posted.length === 0) {
    const message =
      'window: expected at least one snapshot, was an empty list; leave it out for the latest minute';
    throw new RejectedInput(message, { field: 'window' });
  }
  if (posted.length <= MAX_WINDOW_SNAPSHOTS) return posted;
  const message =
    `window: expected at most ${MAX_WINDOW_SNAPSHOTS} snapshots (a session has 375 minutes), was ${posted.length}; ` +
    "send each minute's last one";
  throw new RejectedInput(message, { field: 'window' });
}

function assertOneSession(snapshots: readonly StoredSnapshot[], exchange: Exchange): void {
  const dates = snapshots.map(({ timestamp }) => sessionDate(epochMs(timestamp)));
  for (const [at, snapshot] of snapshots.entries()) {
    if (snapshot.exchange !== exchange) {
      const reason = `expected ${exchange} as in the request, was ${snapshot.exchange}; send one chain's snapshots`;
      throw wrong(at, 'exchange', reason);
    }
    if (dates[at] !== dates[0]) {
      const reason = `expected the session of ${dates[0]} as window[0], was ${dates[at]}; send one session's snapshots`;
      throw wrong(at, 'timestamp', reason);
    }
  }
}

/** One that states when it was received would hide the others, which count as received now. */
function assertReceipts(list: readonly unknown[]): void {
  const states = (one: unknown) => (one as { received_at?: string }).received_at !== undefined;
  const stated = list.filter(states).length;
  if (stated === 0 || stated === list.length) return;
  const at = list.findIndex((one) => !states(one));
  throw wrong(
    at,
    'received_at',
    'expected the time of receipt as others state it, was none; state all or none',
  );
}

/** Live never is made of carried open interest: only bulk knows what then must be left out. */
function assertSeen(snapshots: readonly StoredSnapshot[]): void {
  const at = snapshots.findIndex(isSparse);
  if (at < 0) return;
  throw wrong(at, 'origin', 'expected a snapshot as it was seen, was imported_sparse; leave it out');
}

function onceByTime(snapshots: readonly StoredSnapshot[]): StoredSnapshot[] {
  const byTime = new Map<number, { readonly at: number; readonly snapshot: StoredSnapshot }>();
  for (const [at, snapshot] of snapshots.entries()) {
    const ms = epochMs(snapshot.timestamp);
    const before = byTime.get(ms);
    if (before === undefined) byTime.set(ms, { at, snapshot });
    else if (before.snapshot.snapshot_id !== snapshot.snapshot_id) {
      const reason = `expected one snapshot of a time, was another of window[${before.at}]'s; send the one that counts`;
      throw wrong(at, 'timestamp', reason);
    }
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([, { snapshot }]) => snapshot);
}

/** The reason names its own field, or the whole snapshot. */
function refused({ index, reason }: { readonly index: number; readonly reason: string }): RejectedInput {
  const [, field = '', said = ''] = /^([^:]*): (.*)$/s.exec(reason) ?? ['', '', reason];
  return wrong(index, field === 'snapshot' ? '' : field, said);
}

function wrong(at: number, field: string, reason: string): RejectedInput {
  const place = `window[${at}]${field === '' ? '' : `.${field}`}`;
  return new RejectedInput(`${place}: ${reason}`, { field: place });
}
