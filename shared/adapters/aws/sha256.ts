import { createHash, createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

/** An access key seldom changes, and a process knows few of them. */
const MOST_SECRETS = 8;
const secrets = new Map<string, KeyObject>();
/** By the array itself: the SDK keeps the signing keys of a day, and nobody writes into them. */
const signingKeys = new WeakMap<object, KeyObject>();

/**
 * SHA-256, or its HMAC under a secret, as the SDK asks for one to sign a call: four times a call. What is one piece is
 * hashed in one go, and a secret is made a key once.
 *
 * @example await new Sha256().digest() // the hash of nothing
 */
export class Sha256 {
  readonly #key: KeyObject | undefined;
  #pieces: (string | Uint8Array)[] = [];

  constructor(secret?: Data) {
    this.#key = secret === undefined ? undefined : keyOf(secret);
  }

  update(data: Data): void {
    this.#pieces.push(typeof data === 'string' ? data : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    const [only = '', ...more] = this.#pieces;
    if (this.#key === undefined && more.length === 0) return hash('sha256', only, 'buffer');
    const whole = this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
    for (const piece of this.#pieces) whole.update(piece);
    return whole.digest();
  }

  reset(): void {
    this.#pieces = [];
  }
}

function keyOf(secret: Data): KeyObject {
  if (typeof secret !== 'string') {
    const made = signingKeys.get(secret) ?? createSecretKey(bytesOf(secret));
    signingKeys.set(secret, made);
    return made;
  }
  const made = secrets.get(secret) ?? createSecretKey(Buffer.from(secret));
  if (secrets.size >= MOST_SECRETS) secrets.clear();
  secrets.set(secret, made);
  return made;
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
