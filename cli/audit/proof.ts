import * as z from 'zod';
import { base64, bytesOfBase64 } from '../../shared/domain/audit/base64.ts';
import { verifierKeyText } from '../../shared/domain/audit/checkpoint.ts';
import { recordName } from '../../shared/domain/audit/log-entry.ts';
import { bundleEntries } from '../../shared/domain/audit/merkle/entry-bundle.ts';
import { tileHashes } from '../../shared/domain/audit/merkle/grow.ts';
import { HASH_BYTES, hashText, leafHashOf } from '../../shared/domain/audit/merkle/node-hash.ts';
import { TILE_WIDTH, type TilePlace, tilePath } from '../../shared/domain/audit/merkle/tile-path.ts';
import { inclusionProof, type ReadTile } from '../../shared/domain/audit/merkle/tile-tree.ts';
import { includes } from '../../shared/domain/audit/merkle/verify-proof.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../../shared/errors.ts';
import { signedNote, type TrustedCheckpoint } from './checkpoint.ts';
import type { LogSource } from './source.ts';

const FORMAT = 'oi-loop audit proof v1';

/** Shows that a record is in the log, to whoever has the log's key and nothing else. */
export const auditProofSchema = z.object({
  format: z.literal(FORMAT),
  /** The record's bytes in the log: canonical JSON. */
  entry: z.string(),
  index: z.number().int().nonnegative(),
  /** Sibling hashes from the leaf up, base64. */
  path: z.array(z.string()),
  checkpoint: z.string(),
  verifier_key: z.string(),
});
export type AuditProof = z.infer<typeof auditProofSchema>;

/** A file of the log. @throws InvariantViolated when it is missing. */
export async function logFile({ log, where }: LogSource, place: TilePlace): Promise<Uint8Array> {
  const bytes = await log.read(place);
  if (bytes !== undefined) return bytes;
  const path = tilePath(place.level, place.index, place.width);
  throw new InvariantViolated(`audit log of ${where}: expected ${path}, was missing`);
}

export function tilesOf(source: LogSource): ReadTile {
  return async (place) => tileHashes(await logFile(source, place));
}

/**
 * Proofs of every record of an id, newest first: of a recommendation with what operators said of it, of all reports
 * of a trade, or of all orders of operators to halt and resume a scope (`NSE`, `all`).
 * Looks from the newest entry back. @throws NotFound when the log holds none.
 */
export async function prove(
  source: LogSource,
  trusted: TrustedCheckpoint,
  id: string,
  onProgress: (looked: number) => void = () => {},
): Promise<AuditProof[]> {
  const { size } = trusted.checkpoint;
  const proofs: AuditProof[] = [];
  for (let tile = Math.ceil(size / TILE_WIDTH) - 1; tile >= 0; tile--) {
    const first = tile * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, size - first);
    const entries = bundleEntries(await logFile(source, { level: 'entries', index: tile, width }));
    for (const [at, bytes] of [...entries.entries()].reverse()) {
      const entry = new TextDecoder().decode(bytes);
      if (!entry.includes(id)) continue;
      const record = JSON.parse(entry) as Record<string, unknown>;
      if (!isAbout(record, id)) continue;
      proofs.push(await proofOf(source, trusted, first + at, entry));
      if (record['id'] === id) return proofs;
    }
    onProgress(size - first);
  }
  if (proofs.length > 0) return proofs;
  throw new NotFound(
    `audit log: expected a recommendation, a trade or a scope ${id} among its ${size} entries, was none`,
    {
      field: 'id',
    },
  );
}

/** Whether a record is the id's own, or feedback on it; trades and orders are asked for by the trade's id, and by scope. */
function isAbout(
  { id, trade_id, label, recommendation_id, scope }: Record<string, unknown>,
  wanted: string,
): boolean {
  if (scope !== undefined) return scope === wanted;
  if (label !== undefined) return recommendation_id === wanted;
  return (trade_id === undefined ? id : trade_id) === wanted;
}

async function proofOf(
  source: LogSource,
  { note, checkpoint, key }: TrustedCheckpoint,
  index: number,
  entry: string,
): Promise<AuditProof> {
  const path = await inclusionProof(tilesOf(source), index, checkpoint.size);
  return {
    format: FORMAT,
    entry,
    index,
    path: path.map((hash) => base64(hash)),
    checkpoint: note,
    verifier_key: verifierKeyText(key),
  };
}

/** What a proof shows. */
export interface ShownByProof {
  /** Example: `recommendation 01KJ4YWHF06SK36VM58G5ZP9E4`. */
  readonly name: string;
  readonly index: number;
  readonly leaf_hash: string;
  readonly size: number;
  readonly verifier_key: string;
}

/**
 * Checks a proof without the log. @param given - the key from elsewhere; without it the proof's own is believed.
 * @throws RejectedInput saying what does not hold.
 */
export function checkProof(proof: AuditProof, given: string | undefined): ShownByProof {
  const { checkpoint, key } = signedNote(proof.checkpoint, given ?? proof.verifier_key);
  const leaf = leafHashOf(new TextEncoder().encode(proof.entry));
  const path = proof.path.map((text) => bytesOfBase64(text) ?? new Uint8Array());
  const name = recordName(JSON.parse(proof.entry) as Record<string, unknown>);
  const areHashes = path.every(({ length }) => length === HASH_BYTES);
  if (!areHashes || !includes(leaf, proof.index, checkpoint, path)) {
    throw new RejectedInput(
      `proof: expected ${name} at ${proof.index} of the ${checkpoint.size} entries of its checkpoint, was not there; entry, index, path or checkpoint was changed`,
    );
  }
  return {
    name,
    index: proof.index,
    leaf_hash: hashText(leaf),
    size: checkpoint.size,
    verifier_key: verifierKeyText(key),
  };
}
