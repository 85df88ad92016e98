import * as z from 'zod';
import { describeIssue, describeValue } from '../../describe-issue.ts';
import { RejectedInput } from '../../errors.ts';
import { snapshotId } from './identity.ts';
import { epochMs, MINUTE_MS, sessionDate, utcIso } from './indian-time.ts';
import { SNAPSHOT_WORDING } from './rejection.ts';
import { chainSnapshotSchema, legSchema, MAX_LEGS, macroSchema, type StoredSnapshot } from './snapshot.ts';

/** A snapshot as posted: a backfill may also state when the tracker had it, and that its OI was carried. */
const postedSnapshotSchema = chainSnapshotSchema.extend({
  received_at: z.iso.datetime({ offset: true }).optional(),
  origin: z.literal('imported_sparse').optional(),
});
type PostedSnapshot = z.infer<typeof postedSnapshotSchema>;

export interface AcceptOptions {
  /** Our clock at receipt, ISO 8601 with offset. */
  readonly recordedAt: string;
  /** A backfill carries old timestamps and may state `received_at`. */
  readonly backfill: boolean;
}

export interface Acceptance {
  readonly accepted: StoredSnapshot[];
  /** `index` is the snapshot's place in the request; `reason` names the field and says what to do. */
  readonly rejected: { readonly index: number; readonly reason: string }[];
  /** Fields outside the contract in the accepted snapshots. */
  readonly ignoredFields: number;
}

/** How far a live timestamp may be from our clock, in minutes. */
export const MAX_SKEW_MINUTES = 10;

/** Above this nothing of a request is looked at: each of them may be refused with a reason of its own. */
const MAX_SNAPSHOTS = 5000;

/**
 * Judges each snapshot of a request body (one snapshot or an array of them) on its own: the good ones are accepted
 * whatever the others are. All times of an accepted snapshot are UTC ISO; `received_at` is what a backfill states,
 * otherwise `recordedAt`. Throws RejectedInput when the body is neither an object nor an array, or is empty.
 */
export function acceptSnapshots(body: unknown, options: AcceptOptions): Acceptance {
  const recordedMs = epochMs(options.recordedAt);
  const acceptance = {
    accepted: [] as StoredSnapshot[],
    rejected: [] as { index: number; reason: string }[],
  };
  let ignoredFields = 0;
  for (const [index, raw] of snapshotsIn(body).entries()) {
    const tooMany = tooManyLegs(raw);
    if (tooMany !== undefined) {
      acceptance.rejected.push({ index, reason: tooMany });
      continue;
    }
    const parsed = postedSnapshotSchema.safeParse(raw);
    const reason = parsed.success
      ? (duplicateLeg(parsed.data) ??
        wrongTime(parsed.data, recordedMs, options.backfill) ??
        wrongExpiry(parsed.data))
      : describeIssue(parsed.error.issues, raw, SNAPSHOT_WORDING);
    if (reason !== undefined) acceptance.rejected.push({ index, reason });
    else if (parsed.success) {
      acceptance.accepted.push(store(parsed.data, recordedMs, options.backfill));
      ignoredFields += countIgnored(raw, options.backfill);
    }
  }
  return { ...acceptance, ignoredFields };
}

function snapshotsIn(body: unknown): readonly unknown[] {
  const expected = 'expected one chain snapshot (a JSON object) or an array of them';
  if (Array.isArray(body)) {
    if (body.length === 0) throw new RejectedInput(`${expected}, was an empty array`, { field: 'body' });
    if (body.length > MAX_SNAPSHOTS) {
      const most = `expected at most ${MAX_SNAPSHOTS} snapshots, was ${body.length}`;
      throw new RejectedInput(`${most}; send them in several requests`, { field: 'body' });
    }
    return body;
  }
  if (typeof body !== 'object' || body === null) {
    throw new RejectedInput(`${expected}, was ${describeValue(body)}`, { field: 'body' });
  }
  return [body];
}

/** Before the schema, which would find a fault in every one of millions. */
function tooManyLegs(raw: unknown): string | undefined {
  const legs = (raw as { legs?: unknown } | null)?.legs;
  if (!Array.isArray(legs) || legs.length <= MAX_LEGS) return undefined;
  return `legs: expected at most ${MAX_LEGS} entries, was an array of ${legs.length}; send the ladder around the money`;
}

function duplicateLeg(snapshot: PostedSnapshot): string | undefined {
  const seen = new Map<string, number>();
  for (const [index, leg] of snapshot.legs.entries()) {
    for (const [key, name] of [
      [leg.symbol, `symbol ${leg.symbol}`],
      [`\n${leg.strike}${leg.option_type}`, `strike ${leg.strike} ${leg.option_type}`],
    ] as const) {
      const first = seen.get(key);
      if (first !== undefined && first !== index) {
        return `legs[${index}]: expected each leg once, was ${name} again (first at legs[${first}]); send it once`;
      }
      seen.set(key, index);
    }
  }
  return undefined;
}

function wrongTime(snapshot: PostedSnapshot, recordedMs: number, backfill: boolean): string | undefined {
  const timestampMs = epochMs(snapshot.timestamp);
  const aheadMinutes = (timestampMs - recordedMs) / MINUTE_MS;
  const off = backfill ? aheadMinutes : Math.abs(aheadMinutes);
  if (off > MAX_SKEW_MINUTES) {
    return (
      `timestamp: expected within ${MAX_SKEW_MINUTES} minutes of receipt at ${utcIso(recordedMs)}, was ` +
      `${snapshot.timestamp}; ${backfill ? 'a backfill cannot hold the future' : 'check the clock, or mark the request as a backfill'}`
    );
  }
  if (!backfill || snapshot.received_at === undefined) return undefined;
  const receivedMs = epochMs(snapshot.received_at);
  if (receivedMs <= recordedMs && receivedMs >= timestampMs - MAX_SKEW_MINUTES * MINUTE_MS) return undefined;
  return (
    `received_at: expected between the snapshot's timestamp and now (${utcIso(recordedMs)}), was ` +
    `${snapshot.received_at}; state when the tracker had the snapshot, or leave it out`
  );
}

/** A contract that has expired is in no chain: its time to expiry would be negative. */
function wrongExpiry({ expiry, timestamp }: PostedSnapshot): string | undefined {
  const date = sessionDate(epochMs(timestamp));
  if (expiry >= date) return undefined;
  return `expiry: expected the snapshot's day (${date}) or later, was ${expiry}; send the expiry of the chain's legs`;
}

function store(posted: PostedSnapshot, recordedMs: number, backfill: boolean): StoredSnapshot {
  const { received_at: stated, origin: marked, ...snapshot } = posted;
  const receivedMs = backfill && stated !== undefined ? epochMs(stated) : recordedMs;
  return {
    ...snapshot,
    timestamp: utcIso(epochMs(snapshot.timestamp)),
    snapshot_id: snapshotId(snapshot),
    received_at: utcIso(receivedMs),
    recorded_at: utcIso(recordedMs),
    origin: backfill ? (marked ?? 'backfill') : 'live',
  };
}

const SNAPSHOT_FIELDS = new Set(Object.keys(chainSnapshotSchema.shape));
const LEG_FIELDS = new Set(Object.keys(legSchema.shape));
const MACRO_FIELDS = new Set(Object.keys(macroSchema.shape));

function countIgnored(raw: unknown, backfill: boolean): number {
  const snapshot = raw as { legs: object[]; macro?: object | null; received_at?: string; origin?: string };
  let count = unknownKeys(snapshot, SNAPSHOT_FIELDS);
  if (backfill && snapshot.received_at !== undefined) count -= 1;
  if (backfill && snapshot.origin !== undefined) count -= 1;
  for (const leg of snapshot.legs) count += unknownKeys(leg, LEG_FIELDS);
  return count + (snapshot.macro ? unknownKeys(snapshot.macro, MACRO_FIELDS) : 0);
}

function unknownKeys(value: object, known: ReadonlySet<string>): number {
  let count = 0;
  for (const key in value) if (!known.has(key)) count += 1;
  return count;
}
