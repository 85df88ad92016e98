import { createHash } from 'node:crypto';

/** A stream of numbers within [0, 1) that depends only on its key, so that a re-run draws the same ones. */
export type RandomStream = () => number;

/**
 * The random stream of a key: number k is the first 53 bits of SHA-256(`key#k`).
 * @example randomStream('a')() === randomStream('a')() // true
 */
export function randomStream(key: string): RandomStream {
  let drawn = 0;
  return () => {
    const digest = createHash('sha256').update(`${key}#${drawn}`).digest();
    drawn += 1;
    return Number(digest.readBigUInt64BE() >> 11n) / 2 ** 53;
  };
}

/** A version 4 UUID drawn from the stream. */
export function uuidFrom(random: RandomStream): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}
