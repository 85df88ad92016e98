import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from '../scoring/canonical-json.ts';
import { leafHash } from './leaf-hash.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

/**
 * One place in the audit log. `previous_hash` is the entry hash of the one before (empty at index 0) and
 * `entry_hash` covers index, leaf hash and previous hash, so that no earlier record can change unnoticed.
 */
export const auditEntrySchema = z.object({
  index: z.number().int().nonnegative(),
  kind: z.enum(['recommendation', 'trade']),
  leaf_hash: sha256Hex,
  previous_hash: z.union([sha256Hex, z.literal('')]),
  entry_hash: sha256Hex,
  record: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Where a log ends: the next index and the last entry's hash (empty for an empty log). */
export interface ChainHead {
  readonly size: number;
  readonly lastHash: string;
}

export const EMPTY_CHAIN: ChainHead = { size: 0, lastHash: '' };

/** A record that wants a place in the log. */
export interface Unchained {
  readonly kind: AuditEntry['kind'];
  readonly record: Readonly<Record<string, unknown>>;
}

/** The entries that put records, in order, behind a head. None gives none. */
export function chainEntries(head: ChainHead, records: readonly Unchained[]): AuditEntry[] {
  let previous = head.lastHash;
  return records.map(({ kind, record }, i) => {
    const linked = { index: head.size + i, kind, leaf_hash: leafHash(record), previous_hash: previous };
    const entry_hash = entryHash(linked);
    previous = entry_hash;
    return { ...linked, entry_hash, record: { ...record } };
  });
}

/** The head after entries. Example: `headAfter(head, entries).size` is `head.size + entries.length`. */
export function headAfter(head: ChainHead, entries: readonly AuditEntry[]): ChainHead {
  const last = entries.at(-1);
  return last === undefined ? head : { size: last.index + 1, lastHash: last.entry_hash };
}

/** What is wrong at the first broken entry. */
export interface ChainBreak {
  readonly index: number;
  readonly why: string;
}

/**
 * Checks entries that follow a head: every index in turn, every record against its leaf hash, every link to the one
 * before. Null when the chain is whole; truncation shows when the log's own head is given as `expected`.
 * Example: `verifyChain(entries)?.index` is the place of the first edit.
 */
export function verifyChain(
  entries: readonly AuditEntry[],
  head: ChainHead = EMPTY_CHAIN,
  expected?: ChainHead,
): ChainBreak | null {
  let previous = head.lastHash;
  for (const [i, entry] of entries.entries()) {
    const index = head.size + i;
    const why = breakOf(entry, index, previous);
    if (why !== null) return { index, why };
    previous = entry.entry_hash;
  }
  const end = headAfter(head, entries);
  if (expected === undefined || (expected.size === end.size && expected.lastHash === end.lastHash))
    return null;
  return {
    index: Math.min(end.size, expected.size),
    why: `the log should end at ${expected.size} entries with hash ${expected.lastHash}, was ${end.size} with ${end.lastHash}`,
  };
}

function breakOf(entry: AuditEntry, index: number, previous: string): string | null {
  if (entry.index !== index) return `expected index ${index}, was ${entry.index}`;
  if (entry.previous_hash !== previous)
    return `expected previous hash ${previous || 'empty'}, was ${entry.previous_hash || 'empty'}`;
  const leaf = leafHash(entry.record);
  if (entry.leaf_hash !== leaf) return `the record hashes to ${leaf}, the entry says ${entry.leaf_hash}`;
  const own = entry.record['leaf_hash'];
  if (own !== undefined && own !== leaf) return `the record hashes to ${leaf}, it says ${String(own)} itself`;
  const hash = entryHash(entry);
  return entry.entry_hash === hash ? null : `the entry hashes to ${hash}, it says ${entry.entry_hash}`;
}

function entryHash({
  index,
  kind,
  leaf_hash,
  previous_hash,
}: Omit<AuditEntry, 'entry_hash' | 'record'>): string {
  const link = canonicalJson({ index, kind, leaf_hash, previous_hash });
  return bytesToHex(sha256(utf8ToBytes(`oi-loop audit entry v1\n${link}`)));
}
