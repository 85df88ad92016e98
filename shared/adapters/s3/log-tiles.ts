import {
  type Checkpoint,
  checkpointText,
  readCheckpoint,
  signedCheckpoint,
  verifierKeyText,
} from '../../domain/audit/checkpoint.ts';
import { type LogEdge, tileHashes } from '../../domain/audit/merkle/grow.ts';
import { edgeTiles, type TilePlace, tilePath } from '../../domain/audit/merkle/tile-path.ts';
import type { TreeHead } from '../../domain/audit/merkle/verify-proof.ts';
import { InvariantViolated, NotFound } from '../../errors.ts';
import type { LogTiles } from '../../ports/log-tiles.ts';
import type { NoteSigner } from '../../ports/note-signer.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { ReplaceObject } from '../../ports/replace-object.ts';

/** Where the log lies in its bucket. */
export const LOG_PREFIX = 'log/';
const CHECKPOINT = `${LOG_PREFIX}checkpoint`;
const VERIFIER_KEY = `${LOG_PREFIX}verifier-key`;

interface Ports {
  readonly bucket: Pick<ObjectStore, 'get' | 'put'>;
  readonly replace: ReplaceObject;
  readonly signer: () => Promise<NoteSigner>;
}

/** The log below `log/` of a bucket, for the one who writes it. */
export function s3LogTiles({ bucket, replace, signer }: Ports): LogTiles {
  let keyIsKept = false;
  return {
    ...logReader(bucket),
    edge: (size) => readEdge(bucket, size),
    async write(tiles) {
      for (const tile of tiles) await bucket.put(keyOf(tile), tile.bytes, { ifAbsent: true });
    },
    async publish(head) {
      const signing = await signer();
      if (!keyIsKept) await keepKey(bucket, `${verifierKeyText(signing.key)}\n`);
      keyIsKept = true;
      await publish(replace, signing, head);
    },
  };
}

/** The log below `log/` of a bucket or a folder, for everybody else. */
export function logReader(
  bucket: Pick<ObjectStore, 'get'>,
): Pick<LogTiles, 'read' | 'checkpoint' | 'verifierKey'> {
  const text = async (key: string) => {
    const bytes = await found(bucket, key);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  return {
    read: (place) => found(bucket, keyOf(place)),
    checkpoint: () => text(CHECKPOINT),
    verifierKey: () => text(VERIFIER_KEY),
  };
}

async function readEdge(bucket: Pick<ObjectStore, 'get'>, size: number): Promise<LogEdge> {
  const tiles: Uint8Array[][] = [];
  let bundle: Uint8Array = new Uint8Array();
  for (const place of edgeTiles(size)) {
    const level = place.level as number;
    while (tiles.length <= level) tiles.push([]);
    tiles[level] = tileHashes(await bucket.get(keyOf(place)));
    if (level === 0) bundle = await bucket.get(keyOf({ ...place, level: 'entries' }));
  }
  return { size, tiles, bundle };
}

async function publish(replace: ReplaceObject, { key, sign }: NoteSigner, head: TreeHead): Promise<void> {
  const checkpoint: Checkpoint = { origin: key.name, ...head };
  const note = signedCheckpoint(checkpoint, key, sign(new TextEncoder().encode(checkpointText(checkpoint))));
  await replace(CHECKPOINT, (current) => {
    if (current === undefined) return note;
    const { size } = readCheckpoint(new TextDecoder().decode(current), key).checkpoint;
    return size < head.size ? note : undefined;
  });
}

/** A log has one key from its first entry on: another one would look like another log. */
async function keepKey(bucket: Pick<ObjectStore, 'get' | 'put'>, text: string): Promise<void> {
  if (await bucket.put(VERIFIER_KEY, text, { ifAbsent: true })) return;
  const kept = new TextDecoder().decode(await bucket.get(VERIFIER_KEY));
  if (kept === text) return;
  throw new InvariantViolated(
    `audit log: expected to be signed with ${kept.trim()}, was ${text.trim()}; restore the parameter that holds the signing key`,
  );
}

async function found(bucket: Pick<ObjectStore, 'get'>, key: string): Promise<Uint8Array | undefined> {
  try {
    return await bucket.get(key);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

function keyOf({ level, index, width }: TilePlace): string {
  return `${LOG_PREFIX}${tilePath(level, index, width)}`;
}
