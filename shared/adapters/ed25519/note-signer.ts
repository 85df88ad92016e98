import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { ReadCheckpoint, VerifierKey } from '../../domain/audit/checkpoint.ts';
import type { NoteSigner } from '../../ports/note-signer.ts';

/** What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410). */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A new private key, PKCS #8 as base64. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** Signs as `name` with a private key (PKCS #8 as base64). Throws when the text is no Ed25519 key, without showing it. */
export function ed25519Signer(name: string, privateKey: string): NoteSigner {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    key: { name, publicKey: Uint8Array.from(der.subarray(DER_PREFIX.length)) },
    sign: (text) => Uint8Array.from(sign(null, text, key)),
  };
}

/** Whether a checkpoint's signature is that of the key. */
export function isSignedBy({ publicKey }: VerifierKey, { text, signature }: ReadCheckpoint): boolean {
  const key = createPublicKey({
    key: Buffer.concat([DER_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, text, key, signature);
}
