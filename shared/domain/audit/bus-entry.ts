import * as z from 'zod';
import { describeIssue, plainWording } from '../../describe-issue.ts';
import { RejectedInput } from '../../errors.ts';
import { leafContent, leafHash } from './leaf-hash.ts';
import { type AuditEntry, auditEntrySchema } from './log-entry.ts';

/** What the bus carries of a log entry: one line of JSON, and what readers choose by. */
export interface BusMessage {
  readonly body: string;
  /** `kind`, `exchange` (left out where a trade does not say), and `action` of a recommendation, `status` of a trade. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message of the bus, as readers find it. */
export const busEntrySchema = z.strictObject({
  log_index: auditEntrySchema.shape.index,
  kind: auditEntrySchema.shape.kind,
  leaf_hash: auditEntrySchema.shape.leaf_hash,
  record: auditEntrySchema.shape.record,
});

/** The message that tells of an entry. */
export function busMessage(entry: AuditEntry): BusMessage {
  const { kind, record } = entry;
  const named = ['exchange', 'action', 'status'].flatMap((name) => {
    const value = record[name];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return { body: busLine(entry), attributes: { kind, ...Object.fromEntries(named) } };
}

/**
 * The line of an entry, on the bus and in the archive. Its last member is the record in the very bytes that the log
 * holds: its leaf hash is SHA-256 over 0x00 and them. Example: `{"log_index":7,"kind":"trade","leaf_hash":"…","record":{…}}`.
 */
export function busLine({ index, kind, leaf_hash, record }: AuditEntry): string {
  const head = JSON.stringify({ log_index: index, kind, leaf_hash });
  return `${head.slice(0, -1)},"record":${leafContent(record)}}`;
}

/** Reads what the bus carried. @throws RejectedInput unless it is a log entry whose record has its leaf hash. */
export function readBusEntry(message: unknown): AuditEntry {
  const parsed = busEntrySchema.safeParse(message);
  if (!parsed.success) {
    throw new RejectedInput(describeIssue(parsed.error.issues, message, plainWording('bus')));
  }
  const { log_index: index, kind, leaf_hash, record } = parsed.data;
  const actual = leafHash(record);
  if (actual === leaf_hash) return { index, kind, leaf_hash, record };
  throw new RejectedInput(`bus: expected entry ${index} with leaf hash ${leaf_hash}, was ${actual}`);
}
