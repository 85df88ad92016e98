import { isSignedBy } from '../../shared/adapters/ed25519/note-signer.ts';
import {
  type Checkpoint,
  readCheckpoint,
  readVerifierKey,
  type VerifierKey,
  verifierKeyText,
} from '../../shared/domain/audit/checkpoint.ts';
import { EMPTY_LOG } from '../../shared/domain/audit/log-entry.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../../shared/errors.ts';
import type { LogSource } from './source.ts';

/** A log's signed head, and the key that its signature was checked with. */
export interface TrustedCheckpoint {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly key: VerifierKey;
}

/**
 * The checkpoint of a log, its signature checked with the given key, or with the one that lies beside the log.
 * @throws NotFound for a log without entries; InvariantViolated when the table knows entries and checkpoint or key are
 * missing; RejectedInput when the signature is not the key's.
 */
export async function trustedCheckpoint(
  { where, log, head }: LogSource,
  given: string | undefined,
): Promise<TrustedCheckpoint> {
  const note = await log.checkpoint();
  const keyText = given ?? (await log.verifierKey());
  if (note === undefined || keyText === undefined) {
    const { size } = (await head?.()) ?? EMPTY_LOG;
    if (size > 0) {
      throw new InvariantViolated(
        `audit log of ${where}: expected a checkpoint and its key over the ${size} entries that the table knows, was none; they were removed`,
      );
    }
    throw new NotFound(
      `audit log of ${where}: expected a checkpoint and its key, was none; nothing is sealed yet`,
    );
  }
  return signedNote(note, keyText);
}

/** @throws RejectedInput when the note is not signed by the key. */
export function signedNote(note: string, keyText: string): TrustedCheckpoint {
  const key = readVerifierKey(keyText);
  const read = readCheckpoint(note, key);
  if (!isSignedBy(key, read) || read.checkpoint.origin !== key.name) {
    throw new RejectedInput(
      `checkpoint: expected the signature of ${verifierKeyText(key)} under it, was another; it was changed, or is of another log`,
    );
  }
  return { note, checkpoint: read.checkpoint, key };
}
