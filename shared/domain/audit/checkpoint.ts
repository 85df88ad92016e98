import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { RejectedInput } from '../../errors.ts';
import { base64, bytesOfBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle/node-hash.ts';
import type { TreeHead } from './merkle/verify-proof.ts';

/** A log's head, named and signed (C2SP tlog-checkpoint in a C2SP signed note). */
export interface Checkpoint extends TreeHead {
  /** Which log it is of. */
  readonly origin: string;
}

/** Public half of the key that signs a log: Ed25519, 32 bytes, under the log's name. */
export interface VerifierKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

/** The name of the log that a bucket keeps. Example: `oi-loop/prod-audit-log`. */
export function logOrigin(bucket: string): string {
  return `oi-loop/${bucket}`;
}

const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const DASH = '\u2014';
const KEY_NAME = /^[^\s+]+$/u;

/** What is signed: origin, size and root, each on a line. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** The signed note: the text, an empty line, and the signature's line. */
export function signedCheckpoint(checkpoint: Checkpoint, key: VerifierKey, signature: Uint8Array): string {
  const signed = base64(Uint8Array.from([...keyId(key), ...signature]));
  return `${checkpointText(checkpoint)}\n${DASH} ${key.name} ${signed}\n`;
}

/** A checkpoint as it was read; `signature` is that of the asked key. */
export interface ReadCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The very bytes that were signed. */
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Reads a signed checkpoint. Signatures of other keys are passed over; extension lines are allowed and are signed too.
 * @throws RejectedInput when the note is not one, or carries no signature of the key.
 */
export function readCheckpoint(note: string, key: VerifierKey): ReadCheckpoint {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw unreadable('a text, an empty line and signatures', note);
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split('\n');
  const checkpoint = {
    origin: origin as string,
    size: Number(size),
    root: bytesOfBase64(root ?? '') ?? new Uint8Array(),
  };
  if (!/^(0|[1-9]\d*)$/.test(size ?? '') || checkpoint.root.length !== HASH_BYTES) {
    throw unreadable('origin, size and root', note);
  }
  return { checkpoint, text: utf8ToBytes(text), signature: signatureOf(note.slice(end + 2), key) };
}

function signatureOf(lines: string, key: VerifierKey): Uint8Array {
  const id = bytesToHex(keyId(key));
  for (const line of lines.split('\n')) {
    const [dash, name, signed] = line.split(' ');
    const bytes = bytesOfBase64(signed ?? '');
    if (dash !== DASH || name !== key.name || bytes === undefined) continue;
    if (bytesToHex(bytes.subarray(0, KEY_ID_BYTES)) === id) return bytes.subarray(KEY_ID_BYTES);
  }
  throw new RejectedInput(`checkpoint: expected a signature of ${verifierKeyText(key)}, was none`);
}

/** Name, key id and key in one word, as verifiers are given it (C2SP signed note). */
export function verifierKeyText(key: VerifierKey): string {
  return `${key.name}+${bytesToHex(keyId(key))}+${base64(Uint8Array.from([ED25519, ...key.publicKey]))}`;
}

/** @throws RejectedInput when the word is no Ed25519 verifier key, or its id is not that of its key. */
export function readVerifierKey(text: string): VerifierKey {
  const [name = '', id = '', ...rest] = text.trim().split('+');
  const bytes = bytesOfBase64(rest.join('+'));
  if (!KEY_NAME.test(name) || bytes?.length !== 1 + HASH_BYTES || bytes[0] !== ED25519) {
    throw new RejectedInput(`verifier key: expected NAME+ID+KEY of an Ed25519 key, was ${text.slice(0, 80)}`);
  }
  const key = { name, publicKey: bytes.subarray(1) };
  const own = bytesToHex(keyId(key));
  if (own !== id) throw new RejectedInput(`verifier key: expected the id ${own} of its key, was ${id}`);
  return key;
}

function keyId({ name, publicKey }: VerifierKey): Uint8Array {
  return sha256(Uint8Array.from([...utf8ToBytes(`${name}\n`), ED25519, ...publicKey])).subarray(
    0,
    KEY_ID_BYTES,
  );
}

function unreadable(expected: string, note: string): RejectedInput {
  return new RejectedInput(`checkpoint: expected ${expected}, was ${JSON.stringify(note.slice(0, 80))}`);
}
