import { nodeHash } from './node-hash.ts';

/**
 * Whether a leaf hash stands at `index` in the log of `size` leaves with this root (RFC 9162, section 2.1.3.2).
 * A proof that is too short or too long shows nothing. Example: a log of one leaf is shown by an empty proof.
 */
export function includes(
  leafHash: Uint8Array,
  index: number,
  { size, root }: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [place, last] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash);
      [place, last] = upPastLeftEdge(place, last);
    } else {
      hash = nodeHash(hash, sibling);
      [place, last] = [half(place), half(last)];
    }
  }
  return last === 0 && equal(hash, root);
}

/**
 * Whether the older log is the beginning of the newer one (RFC 9162, section 2.1.4.2). Everything begins with the empty
 * log; two of one size must be the same.
 */
export function extendsLog(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && equal(older.root, newer.root);
  if (older.size === 0) return proof.length === 0;
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : [...proof];
  let [place, last] = [older.size - 1, newer.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  const first = path.shift();
  if (first === undefined) return false;
  let [left, whole] = [first, first];
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      left = nodeHash(sibling, left);
      whole = nodeHash(sibling, whole);
      [place, last] = upPastLeftEdge(place, last);
    } else {
      whole = nodeHash(whole, sibling);
      [place, last] = [half(place), half(last)];
    }
  }
  return last === 0 && equal(left, older.root) && equal(whole, newer.root);
}

/** What stands for a log: how many leaves, and the root over them. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** One up; a node without a right neighbour goes up until it is one itself. */
function upPastLeftEdge(place: number, last: number): [number, number] {
  let [at, end] = [place, last];
  while (at % 2 === 0 && at !== 0) [at, end] = [half(at), half(end)];
  return [half(at), half(end)];
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
