import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A stored checksum; `value` is base64, followed by `-<parts>` when the type is COMPOSITE. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** A digest fed piece by piece. */
export interface Digest {
  update(piece: Buffer): void;
  digest(): Buffer;
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}

/** A running checksum: the CRCs give four big-endian bytes, as S3 encodes them. */
export function createChecksum(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === 'CRC32') return createCrc((piece, value) => crc32(piece, value));
  if (algorithm === 'CRC32C') return createCrc(crc32c);
  const hash = createHash(algorithm.toLowerCase());
  return { update: (piece) => void hash.update(piece), digest: () => hash.digest() };
}

/** Base64 checksum of one buffer. `checksumOf('CRC32C', Buffer.from('123456789'))` -> `'4waSgw=='`. */
export function checksumOf(algorithm: ChecksumAlgorithm, content: Buffer): string {
  const checksum = createChecksum(algorithm);
  checksum.update(content);
  return checksum.digest().toString('base64');
}

/** S3's checksum of checksums over the parts of an upload: base64 of the digest of the parts' raw digests, and `-<parts>`. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, partValues: readonly string[]): string {
  const raw = Buffer.concat(partValues.map((value) => Buffer.from(value, 'base64')));
  return `${checksumOf(algorithm, raw)}-${partValues.length}`;
}

/** Hex MD5: S3's ETag of a single-part object. */
export function md5Hex(content: Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

function createCrc(step: (piece: Buffer, value: number) => number): Digest {
  let value = 0;
  return {
    update(piece) {
      value = step(piece, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}

/** Castagnoli polynomial, bit-reversed (RFC 3720, appendix B.4). */
const CASTAGNOLI = 0x82f63b78;
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value >>> 0;
});

function crc32c(piece: Buffer, previous: number): number {
  let value = ~previous >>> 0;
  for (const byte of piece) value = CRC32C_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}
