import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';
import type { RegimeBefore } from './signal.ts';

/** SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** All that an answer depends on apart from the state of the account. */
export interface HashedInput {
  readonly exchange: string;
  readonly target: string;
  /** UTC ISO of the snapshot. */
  readonly timestamp: string;
  readonly feature_set: string | null;
  readonly model_version: string | null;
  /** In catalogue order; null when there is no feature row. */
  readonly values: ArrayLike<number> | null;
  /**
   * Of a posted window: where the regime filter stood before the vector. A shorter window of the same moment has the same
   * vector and another regime, and must not be taken for it, nor for the live answer of that moment.
   */
  readonly regime?: RegimeBefore | undefined;
}

/**
 * SHA-256 (64 hex digits) over the canonical JSON of a scoring input: the same input is the same recommendation.
 * A missing value, an infinity and a number are three different inputs.
 * @param hash - another SHA-256, where the platform has a faster one
 */
export function inputHash(input: HashedInput, hash: Sha256 = sha256): string {
  const values = input.values === null ? null : Array.from(input.values);
  return bytesToHex(hash(utf8ToBytes(canonicalJson({ ...input, values }))));
}
