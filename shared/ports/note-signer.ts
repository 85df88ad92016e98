import type { VerifierKey } from '../domain/audit/checkpoint.ts';

/** Signs the audit log's checkpoints. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** Ed25519 signature: the same text always has the same one. */
  sign(text: Uint8Array): Uint8Array;
}
