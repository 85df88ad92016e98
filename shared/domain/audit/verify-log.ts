import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from '../scoring/canonical-json.ts';
import type { Checkpoint } from './checkpoint.ts';
import { recordName } from './log-entry.ts';
import { bundleEntries } from './merkle/entry-bundle.ts';
import {
  EMPTY_EDGE,
  grow,
  type LogEdge,
  rootOf,
  tileBytes,
  tileHashes,
  type WrittenTile,
} from './merkle/grow.ts';
import { HASH_BYTES, leafHashOf, type Sha256 } from './merkle/node-hash.ts';
import { edgeTiles, TILE_WIDTH, type TilePlace, tilePath } from './merkle/tile-path.ts';

/** Bytes of a tile or bundle; undefined when there is none. */
export type ReadLogFile = (place: TilePlace) => Promise<Uint8Array | undefined>;

/** What is wrong first. */
export interface LogBreak {
  /** The entry it concerns, or the first of the tile that it concerns. */
  readonly index: number;
  readonly why: string;
}

export interface VerifiedLog {
  readonly entries: number;
  readonly recommendations: number;
  readonly trades: number;
  /** Operators' own labels. */
  readonly feedback: number;
  /** Orders of operators. */
  readonly controls: number;
  /** Null when the log is whole. */
  readonly broken: LogBreak | null;
}

export interface VerifyOptions {
  readonly onProgress?: (entries: number) => void;
  /** The platform's own SHA-256 for the entries, which are most of the bytes. */
  readonly sha256?: Sha256 | undefined;
}

/**
 * Walks a whole log: each entry is canonical JSON, is logged once, and hashes to its leaf; each tile holds the hashes
 * of what is below; the root is that of the checkpoint, whose signature the caller has verified. Stops at the first
 * break. Memory: one bundle, and the name of each record.
 * Example: `(await verifyLog(read, checkpoint)).broken` is null for a log that nobody touched.
 */
export async function verifyLog(
  read: ReadLogFile,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
  { onProgress = () => {}, sha256 }: VerifyOptions = {},
): Promise<VerifiedLog> {
  const seen = new Map<string, number>();
  const counts = { recommendations: 0, trades: 0, feedback: 0, controls: 0 };
  let edge: LogEdge = EMPTY_EDGE;
  const ended = (broken: LogBreak | null): VerifiedLog => ({ entries: edge.size, ...counts, broken });
  while (edge.size < size) {
    const step = await verifyBundle(read, edge, Math.min(TILE_WIDTH, size - edge.size), sha256);
    if ('why' in step) return ended(step);
    for (const [at, record] of step.records.entries()) {
      const name = recordName(record);
      const before = seen.get(name);
      const index = edge.size + at;
      if (before !== undefined) return ended({ index, why: `${name} is logged at ${before} already` });
      seen.set(name, index);
      counts[countedAs(record)]++;
    }
    edge = step.edge;
    onProgress(edge.size);
  }
  const own = bytesToHex(rootOf(edge));
  const stated = bytesToHex(root);
  if (own !== stated) {
    return ended({ index: 0, why: `the log's root is ${own}, its checkpoint says ${stated}` });
  }
  return ended(await tileBreak(read, edgeOf(edge)));
}

function countedAs(record: Readonly<Record<string, unknown>>) {
  if ('trade_id' in record) return 'trades';
  if ('label' in record) return 'feedback';
  return 'scope' in record ? 'controls' : 'recommendations';
}

interface VerifiedBundle {
  readonly edge: LogEdge;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

async function verifyBundle(
  read: ReadLogFile,
  edge: LogEdge,
  width: number,
  sha256: Sha256 | undefined,
): Promise<VerifiedBundle | LogBreak> {
  const first = edge.size;
  const place = { level: 'entries', index: Math.floor(first / TILE_WIDTH), width } as const;
  const bundle = await read(place);
  if (bundle === undefined) return { index: first, why: `${pathOf(place)} is missing` };
  const entries = entriesOf(bundle);
  if (entries?.length !== width) {
    const found = entries === undefined ? 'is cut off' : `has ${entries.length} entries`;
    return { index: first, why: `${pathOf(place)} ${found}, expected ${width}` };
  }
  const leaves = entries.map((entry) => leafHashOf(entry, sha256));
  const broken = leafBreak(leaves, await read({ ...place, level: 0 }), first, pathOf({ ...place, level: 0 }));
  if (broken !== null) return broken;
  const records = entries.map(recordOf);
  const unreadable = records.indexOf(undefined);
  if (unreadable >= 0) return { index: first + unreadable, why: 'the entry is not canonical JSON' };
  const grown = grow(edge, entries, leaves);
  const above = await tileBreak(read, grown.tiles.filter(isFullParent));
  return above ?? { edge: grown.edge, records: records as Readonly<Record<string, unknown>>[] };
}

function entriesOf(bundle: Uint8Array): Uint8Array[] | undefined {
  try {
    return bundleEntries(bundle);
  } catch {
    return undefined;
  }
}

function leafBreak(
  leaves: readonly Uint8Array[],
  tile: Uint8Array | undefined,
  first: number,
  path: string,
): LogBreak | null {
  if (tile === undefined) return { index: first, why: `${path} is missing` };
  const bytes = leaves.length * HASH_BYTES;
  if (tile.length !== bytes) {
    return { index: first, why: `${path} has ${tile.length} bytes, expected ${bytes}` };
  }
  const hashes = tileHashes(tile);
  const at = leaves.findIndex((leaf, place) => !sameBytes(leaf, hashes[place] as Uint8Array));
  if (at < 0) return null;
  const [own, stated] = [leaves[at], hashes[at]].map((hash) => bytesToHex(hash as Uint8Array));
  return { index: first + at, why: `the entry hashes to ${own}, ${path} says ${stated}` };
}

function recordOf(entry: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(entry);
    const record = JSON.parse(text);
    return isCanonical(record, text) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Parsed keys keep their order, so that a text whose keys are sorted is nearly always what JSON itself writes. */
function isCanonical(record: unknown, text: string): boolean {
  if (hasSortedKeys(record) && JSON.stringify(record) === text) return true;
  return canonicalJson(record) === text;
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  const keys = Object.keys(value);
  const sorted = keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key);
  return sorted && Object.values(value).every(hasSortedKeys);
}

/** Those that are full stay as they are; on the way, the others are not of a tree of this size. */
function isFullParent({ level, width }: TilePlace): boolean {
  return level !== 'entries' && level > 0 && width === TILE_WIDTH;
}

/** What proofs and the next sealing read, though the root does not need it. */
function edgeOf({ size, tiles }: LogEdge): WrittenTile[] {
  const parents = edgeTiles(size).filter(({ level }) => level !== 0);
  return parents.map((place) => ({ ...place, bytes: tileBytes(tiles[place.level as number] ?? []) }));
}

async function tileBreak(read: ReadLogFile, tiles: readonly WrittenTile[]): Promise<LogBreak | null> {
  for (const tile of tiles) {
    const stored = await read(tile);
    if (stored !== undefined && sameBytes(stored, tile.bytes)) continue;
    const index = tile.index * TILE_WIDTH ** ((tile.level as number) + 1);
    return {
      index,
      why: `${pathOf(tile)} ${stored === undefined ? 'is missing' : 'does not hold the hashes of the tiles below it'}`,
    };
  }
  return null;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function pathOf({ level, index, width }: TilePlace): string {
  return tilePath(level, index, width);
}
