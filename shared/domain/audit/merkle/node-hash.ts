import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** Nodes and leaves start with different bytes, so that neither can pass for the other (RFC 6962, section 2.1). */
const NODE_PREFIX = 0x01;
const LEAF_PREFIX = 0x00;

/** SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * Hash of a leaf: SHA-256 over 0x00 and its bytes. Example: no bytes give `6e340b9c...`.
 * @param hash - another SHA-256, where the platform has a faster one
 */
export function leafHashOf(entry: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  const prefixed = new Uint8Array(1 + entry.length);
  prefixed[0] = LEAF_PREFIX;
  prefixed.set(entry, 1);
  return hash(prefixed);
}

/** Hash of an inner node: SHA-256 over 0x01, the left hash and the right hash. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const children = new Uint8Array(1 + 2 * HASH_BYTES);
  children[0] = NODE_PREFIX;
  children.set(left, 1);
  children.set(right, 1 + HASH_BYTES);
  return sha256(children);
}

/** A hash as people and tables see it: 64 lower-case hex digits. */
export function hashText(hash: Uint8Array): string {
  return bytesToHex(hash);
}
