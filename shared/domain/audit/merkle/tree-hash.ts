import { sha256 } from '@noble/hashes/sha2.js';
import { nodeHash } from './node-hash.ts';

/**
 * Root over hashes from left to right (RFC 6962, section 2.1); none give the hash of nothing. All but the last must
 * stand for full subtrees of one size, and the last for no more leaves than that: then it is the root over all leaves.
 * Example: `treeHash([a, b, c])` is `nodeHash(nodeHash(a, b), c)`.
 */
export function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array());
  return over(hashes, 0, hashes.length);
}

function over(hashes: readonly Uint8Array[], from: number, to: number): Uint8Array {
  if (to - from === 1) return hashes[from] as Uint8Array;
  const middle = from + largestPowerBelow(to - from);
  return nodeHash(over(hashes, from, middle), over(hashes, middle, to));
}

/** The largest power of two below a number of at least 2. Example: 6 gives 4, 4 gives 2. */
export function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
