import { nodeHash } from './node-hash.ts';
import { TILE_WIDTH, type TilePlace, tileOfHash } from './tile-path.ts';
import { largestPowerBelow, treeHash } from './tree-hash.ts';

/** Hashes of a tile of the log. */
export type ReadTile = (place: TilePlace) => Promise<readonly Uint8Array[]>;

/** Levels of the binary tree that a tile spans. */
const TILE_HEIGHT = 8;

/**
 * Hash over the leaves from `from` to before `to` in a log of `size` leaves, from its tiles: few reads, whatever the
 * size. The range is one that RFC 6962 splits into (a subtree, or what is right of one).
 */
export async function rangeHash(read: ReadTile, size: number, from: number, to: number): Promise<Uint8Array> {
  const count = to - from;
  const height = Math.log2(count);
  if (Number.isInteger(height) && from % count === 0) return fullSubtree(read, size, height, from / count);
  const middle = from + largestPowerBelow(count);
  return nodeHash(await rangeHash(read, size, from, middle), await rangeHash(read, size, middle, to));
}

async function fullSubtree(read: ReadTile, size: number, height: number, at: number): Promise<Uint8Array> {
  const level = Math.floor(height / TILE_HEIGHT);
  const width = 2 ** (height % TILE_HEIGHT);
  const first = at * width;
  const hashes = await read(tileOfHash(size, level, first));
  const within = first % TILE_WIDTH;
  return treeHash(hashes.slice(within, within + width));
}

/**
 * The hashes that lead from a leaf to the root (RFC 6962, section 2.1.1), the leaf's neighbour first.
 * Throws RangeError for an index outside the log.
 */
export async function inclusionProof(read: ReadTile, index: number, size: number): Promise<Uint8Array[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`index: expected 0 to ${size - 1}, was ${index}`);
  const proof: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    const right = index >= middle;
    proof.push(await (right ? rangeHash(read, size, from, middle) : rangeHash(read, size, middle, to)));
    if (right) from = middle;
    else to = middle;
  }
  return proof.reverse();
}

/**
 * The hashes that show that a log of `older` leaves is the beginning of this one (RFC 6962, section 2.1.2).
 * None when there is nothing to show: an older log of no leaves, or the very same. Throws RangeError for a larger one.
 */
export async function consistencyProof(read: ReadTile, older: number, size: number): Promise<Uint8Array[]> {
  if (!(older >= 0 && older <= size)) throw new RangeError(`older size: expected 0 to ${size}, was ${older}`);
  if (older === 0 || older === size) return [];
  const proof: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to !== older) {
    const middle = from + largestPowerBelow(to - from);
    const right = older > middle;
    proof.push(await (right ? rangeHash(read, size, from, middle) : rangeHash(read, size, middle, to)));
    if (right) from = middle;
    else to = middle;
  }
  // A whole older tree that is itself a subtree needs no hash: the verifier has its root.
  if (from > 0) proof.push(await rangeHash(read, size, from, to));
  return proof.reverse();
}
