import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LOG_PREFIX } from '../../shared/adapters/s3/log-tiles.ts';
import { verifierKeyText } from '../../shared/domain/audit/checkpoint.ts';
import {
  edgeTiles,
  hashesAtLevel,
  TILE_WIDTH,
  type TilePlace,
  tilePath,
} from '../../shared/domain/audit/merkle/tile-path.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import { signedNote, type TrustedCheckpoint } from './checkpoint.ts';
import { logFile } from './proof.ts';
import type { LogSource } from './source.ts';
import { unlikeHead } from './unlike-head.ts';

/**
 * Copies a log into a folder, for somebody who verifies it elsewhere; full tiles that are there already are kept, since
 * they never change. @returns the number of files written.
 * @throws InvariantViolated when the log does not go on from the checkpoint of an earlier copy there, which stays as it is.
 */
export async function copyLog(
  source: LogSource,
  trusted: TrustedCheckpoint,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const { note, checkpoint } = trusted;
  await assertGoesOn(source, trusted, join(folder, 'checkpoint'));
  const places = filesOf(checkpoint.size);
  let written = 0;
  for (const [at, place] of places.entries()) {
    const file = join(folder, tilePath(place.level, place.index, place.width));
    if (!existsSync(file)) {
      const bytes = await logFile(source, place);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      written++;
    }
    onProgress(at + 1, places.length);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'verifier-key'), await source.files.get(`${LOG_PREFIX}verifier-key`));
  // Last: a copy with a checkpoint is whole.
  writeFileSync(join(folder, 'checkpoint'), note);
  return written + 2;
}

/** Whoever copies again keeps what would show that the log's end was cut off meanwhile. */
async function assertGoesOn(
  source: LogSource,
  { checkpoint, key }: TrustedCheckpoint,
  file: string,
): Promise<void> {
  if (!existsSync(file)) return;
  const kept = signedNote(readFileSync(file, 'utf8'), verifierKeyText(key));
  const broken = await unlikeHead(source, 'the copy', kept.checkpoint, checkpoint);
  if (broken === null) return;
  throw new InvariantViolated(
    `audit log of ${source.where}: expected to go on from ${file}, was another: ${broken.why}; keep that copy, and copy into another folder`,
  );
}

/** Tiles and bundles of a log of that size. */
function filesOf(size: number): TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    for (let index = 0; index < hashesAtLevel(size, level + 1); index++) {
      places.push({ level, index, width: TILE_WIDTH });
    }
  }
  places.push(...edgeTiles(size));
  const bundles = places
    .filter(({ level }) => level === 0)
    .map((place) => ({ ...place, level: 'entries' as const }));
  return [...bundles, ...places];
}
