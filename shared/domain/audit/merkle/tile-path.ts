/** Hashes of a full tile, and entries of a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/**
 * Place of a tile below the log's prefix (C2SP tlog-tiles): `tile/<level>/<index>`, and `.p/<width>` while it is not
 * full. Level `entries` holds the entries themselves. The index is written in groups of three digits, all but the last
 * after an `x`. Example: `tilePath(0, 1234067, 256)` is `tile/0/x001/x234/067`.
 */
export function tilePath(level: number | 'entries', index: number, width: number): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${level}/${grouped(index)}${partial}`;
}

function grouped(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) as string[];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}

/** One tile or bundle of a tree of a certain size. */
export interface TilePlace {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Number of hashes that a tree has at a level: one for each full tile of the level below. Level 0 has its leaves. */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The tile of a tree that holds a level's hash. @param at - the hash's number within its level, below `hashesAtLevel`. */
export function tileOfHash(size: number, level: number, at: number): TilePlace {
  const index = Math.floor(at / TILE_WIDTH);
  return { level, index, width: Math.min(TILE_WIDTH, hashesAtLevel(size, level) - index * TILE_WIDTH) };
}

/** The tiles at the right edge of a tree that are not full yet, from the bottom up; none for an empty tree. */
export function edgeTiles(size: number): TilePlace[] {
  const tiles: TilePlace[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const hashes = hashesAtLevel(size, level);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}
