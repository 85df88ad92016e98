import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../scoring/canonical-json.ts';
import { leafHashOf, type Sha256 } from './merkle/node-hash.ts';

/**
 * RFC 6962 leaf hash of a record: SHA-256 over 0x00 and its canonical JSON, without its own `leaf_hash`.
 * 64 lower-case hex digits. The same before and after a round trip through JSON.
 * @param hash - another SHA-256, where the platform has a faster one
 * Example: `leafHash({ b: 1, a: 2, leaf_hash: 'x' })` equals `leafHash({ a: 2, b: 1 })`.
 */
export function leafHash(record: Readonly<Record<string, unknown>>, hash?: Sha256): string {
  return bytesToHex(leafHashOf(utf8ToBytes(leafContent(record)), hash));
}

/** The text that a leaf stands for. Example: `leafContent({ b: 1, leaf_hash: 'x' })` is `{"b":1}`. */
export function leafContent(record: Readonly<Record<string, unknown>>): string {
  const { leaf_hash: _own, ...content } = record;
  return canonicalJson(content);
}

/** The record with its leaf hash. Example: `seal(unsealed).leaf_hash`. */
export function seal<Content extends object>(
  record: Content,
  hash?: Sha256,
): Content & { readonly leaf_hash: string } {
  return { ...record, leaf_hash: leafHash(record as Readonly<Record<string, unknown>>, hash) };
}
