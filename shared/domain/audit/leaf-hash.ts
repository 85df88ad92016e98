import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../scoring/canonical-json.ts';

/** Leaves and nodes of an RFC 6962 tree start with different bytes, so that neither can pass for the other. */
const LEAF_PREFIX = Uint8Array.of(0x00);

/**
 * RFC 6962 leaf hash of a record: SHA-256 over 0x00 and its canonical JSON, without its own `leaf_hash`.
 * 64 lower-case hex digits. The same before and after a round trip through JSON.
 * Example: `leafHash({ b: 1, a: 2, leaf_hash: 'x' })` equals `leafHash({ a: 2, b: 1 })`.
 */
export function leafHash(record: Readonly<Record<string, unknown>>): string {
  const { leaf_hash: _own, ...content } = record;
  return bytesToHex(sha256(concatBytes(LEAF_PREFIX, utf8ToBytes(canonicalJson(content)))));
}

/** The record with its leaf hash. Example: `seal(unsealed).leaf_hash`. */
export function seal<Content extends object>(record: Content): Content & { readonly leaf_hash: string } {
  return { ...record, leaf_hash: leafHash(record as Readonly<Record<string, unknown>>) };
}
