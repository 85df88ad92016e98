import type { LogEdge, WrittenTile } from '../domain/audit/merkle/grow.ts';
import type { TilePlace } from '../domain/audit/merkle/tile-path.ts';
import type { TreeHead } from '../domain/audit/merkle/verify-proof.ts';

/** The audit log as others read it: tiles, entry bundles and the signed checkpoint (C2SP tlog-tiles). */
export interface LogTiles {
  /** The unfilled tiles of the log of that size. @throws NotFound when one is not there. */
  edge(size: number): Promise<LogEdge>;
  /** Writes tiles that are not there yet, in their order; a tile never changes. */
  write(tiles: readonly WrittenTile[]): Promise<void>;
  /** Moves the signed checkpoint forward to this head; a checkpoint that is further stays. */
  publish(head: TreeHead): Promise<void>;
  /** Bytes of a tile or bundle; undefined when there is none. */
  read(place: TilePlace): Promise<Uint8Array | undefined>;
  /** The signed checkpoint as it stands; undefined before the first entry. */
  checkpoint(): Promise<string | undefined>;
  /** The key that the checkpoint is signed with, as the log's keeper wrote it down; undefined before the first entry. */
  verifierKey(): Promise<string | undefined>;
}
