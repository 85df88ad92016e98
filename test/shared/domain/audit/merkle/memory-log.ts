import {
  EMPTY_EDGE,
  grow,
  type LogEdge,
  rootOf,
  tileHashes,
} from '../../../../../shared/domain/audit/merkle/grow.ts';
import { type TilePlace, tilePath } from '../../../../../shared/domain/audit/merkle/tile-path.ts';

/** A log's files in memory, grown in steps of the given sizes. */
export function memoryLog(entries: readonly Uint8Array[], steps: readonly number[] = [entries.length]) {
  const files = new Map<string, Uint8Array>();
  let edge: LogEdge = EMPTY_EDGE;
  for (const step of steps) {
    const growth = grow(edge, entries.slice(edge.size, edge.size + step));
    for (const { level, index, width, bytes } of growth.tiles)
      files.set(tilePath(level, index, width), bytes);
    edge = growth.edge;
  }
  const fileOf = ({ level, index, width }: TilePlace) => files.get(tilePath(level, index, width));
  return {
    files,
    edge,
    root: rootOf(edge),
    read: async (place: TilePlace) => fileOf(place),
    tile: async (place: TilePlace) => tileHashes(fileOf(place) as Uint8Array),
  };
}

/** Entries of a few bytes each, all different. */
export function someEntries(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => new TextEncoder().encode(`entry ${at}`));
}
