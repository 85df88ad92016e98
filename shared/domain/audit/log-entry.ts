import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { leafContent, leafHash } from './leaf-hash.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One place in the audit log. Its bytes in the log are the record's canonical JSON without its own `leaf_hash`. */
export const auditEntrySchema = z.object({
  index: z.number().int().nonnegative(),
  kind: z.enum(['recommendation', 'trade', 'feedback', 'control']),
  leaf_hash: sha256Hex,
  // Taken as it stands: a copy by z.record leaves out a member named __proto__, and the leaf hash counts it.
  record: z.custom<Record<string, unknown>>(isObject, 'expected an object'),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Where the log ends: how many entries, and the root over them as hex. */
export interface LogHead {
  readonly size: number;
  readonly root: string;
}

/** SHA-256 of nothing: the root of the empty log. */
export const EMPTY_LOG: LogHead = {
  size: 0,
  root: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

/** A record that wants a place in the log. */
export interface Unlogged {
  readonly kind: AuditEntry['kind'];
  readonly record: Readonly<Record<string, unknown>>;
}

/** The entries that give records, in order, their places from `size` on. None gives none. */
export function logEntries(size: number, records: readonly Unlogged[]): AuditEntry[] {
  return records.map(({ kind, record }, at) => ({
    index: size + at,
    kind,
    leaf_hash: leafHash(record),
    record: { ...record },
  }));
}

/** The bytes that the log holds of a record. */
export function entryBytes(record: Readonly<Record<string, unknown>>): Uint8Array {
  return utf8ToBytes(leafContent(record));
}

/** What a logged record is known by: nothing is logged twice. Example: `trade T-17 2025-12-04T07:20:00.000Z closed`. */
export function recordName(record: Readonly<Record<string, unknown>>): string {
  const { trade_id, timestamp, status, id, label, recommendation_id, recorded_at, by, scope } = record;
  if (scope !== undefined) return `control ${scope} ${record['revision']}`;
  if (label !== undefined) return `feedback ${recommendation_id} ${recorded_at} ${by}`;
  return trade_id === undefined ? `recommendation ${id}` : `trade ${trade_id} ${timestamp} ${status}`;
}
