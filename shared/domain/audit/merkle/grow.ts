import { bundledEntry } from './entry-bundle.ts';
import { HASH_BYTES, leafHashOf } from './node-hash.ts';
import { TILE_WIDTH, type TilePlace } from './tile-path.ts';
import { treeHash } from './tree-hash.ts';

/** Where a log goes on: what its last, unfilled tiles hold. */
export interface LogEdge {
  readonly size: number;
  /** By level, from the leaves up: the hashes of the tile that is not full; empty where all are. */
  readonly tiles: readonly (readonly Uint8Array[])[];
  /** The entry bundle that is not full; empty when all are. */
  readonly bundle: Uint8Array;
}

export const EMPTY_EDGE: LogEdge = { size: 0, tiles: [], bundle: new Uint8Array() };

/** A tile or bundle to write. */
export interface WrittenTile extends TilePlace {
  readonly bytes: Uint8Array;
}

export interface Growth {
  readonly edge: LogEdge;
  /** In the order in which they are to be written: entries before their hashes, children before parents. */
  readonly tiles: readonly WrittenTile[];
}

/**
 * Puts entries behind a log: the tiles that become full, and those at the new edge. No entries write nothing.
 * Where the edge was comes out the same in one step or in many; tiles on the way differ only in the partial ones.
 * @param leaves - the entries' leaf hashes, where they are known
 * Example: `grow(EMPTY_EDGE, [bytes]).tiles` are `tile/entries/000.p/1` and `tile/0/000.p/1`.
 */
export function grow(
  edge: LogEdge,
  entries: readonly Uint8Array[],
  leaves: readonly Uint8Array[] = entries.map((entry) => leafHashOf(entry)),
): Growth {
  const tree = new GrowingTree(edge);
  for (const [at, entry] of entries.entries()) tree.append(entry, leaves[at] as Uint8Array);
  return entries.length === 0 ? { edge, tiles: [] } : tree.finish();
}

/** Root over all leaves of a log, from its edge. Example: `rootOf(EMPTY_EDGE)` is SHA-256 of nothing. */
export function rootOf({ tiles }: LogEdge): Uint8Array {
  let below: Uint8Array | undefined;
  for (const hashes of tiles) {
    const all = below === undefined ? hashes : [...hashes, below];
    if (all.length > 0) below = treeHash(all);
  }
  return below ?? treeHash([]);
}

/** The hashes of a tile as one piece, and back. */
export function tileBytes(hashes: readonly Uint8Array[]): Uint8Array {
  return concatenated(hashes);
}

export function tileHashes(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(tile.length / HASH_BYTES) }, (_, at) =>
    tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

class GrowingTree {
  #size: number;
  readonly #levels: Uint8Array[][];
  readonly #grown = new Set<number>();
  #bundle: Uint8Array[];
  readonly #tiles: WrittenTile[] = [];

  constructor({ size, tiles, bundle }: LogEdge) {
    this.#size = size;
    this.#levels = tiles.map((hashes) => [...hashes]);
    this.#bundle = bundle.length === 0 ? [] : [bundle];
  }

  append(entry: Uint8Array, leaf: Uint8Array): void {
    const place = Math.floor(this.#size / TILE_WIDTH);
    this.#bundle.push(bundledEntry(entry));
    this.#size++;
    if (this.#size % TILE_WIDTH === 0) {
      this.#write({ level: 'entries', index: place, width: TILE_WIDTH, bytes: concatenated(this.#bundle) });
      this.#bundle = [];
    }
    this.#push(0, leaf);
  }

  finish(): Growth {
    const bundle = concatenated(this.#bundle);
    const width = this.#size % TILE_WIDTH;
    if (width > 0) {
      this.#write({ level: 'entries', index: Math.floor(this.#size / TILE_WIDTH), width, bytes: bundle });
    }
    for (const level of [...this.#grown].sort((a, b) => a - b)) this.#writePartial(level);
    return { edge: { size: this.#size, tiles: this.#levels, bundle }, tiles: this.#tiles };
  }

  #push(level: number, hash: Uint8Array): void {
    while (this.#levels.length <= level) this.#levels.push([]);
    const hashes = this.#levels[level] as Uint8Array[];
    hashes.push(hash);
    this.#grown.add(level);
    if (hashes.length < TILE_WIDTH) return;
    const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1)) - 1;
    this.#write({ level, index, width: TILE_WIDTH, bytes: tileBytes(hashes) });
    this.#levels[level] = [];
    this.#push(level + 1, treeHash(hashes));
  }

  #writePartial(level: number): void {
    const hashes = this.#levels[level] as Uint8Array[];
    if (hashes.length === 0) return;
    const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1));
    this.#write({ level, index, width: hashes.length, bytes: tileBytes(hashes) });
  }

  #write(tile: WrittenTile): void {
    this.#tiles.push(tile);
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
