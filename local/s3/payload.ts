import { createHash } from 'node:crypto';
import type { S3Call } from './call.ts';
import { type Checksum, checksumOf, isChecksumAlgorithm } from './checksum.ts';
import { decodeChunks } from './chunked.ts';
import { S3Error } from './error.ts';

/** An uploaded body whose every digest the client sent has been verified. */
export interface Payload {
  readonly content: Buffer;
  /** The checksum the client sent as a header or trailer, or null when it sent none. */
  readonly checksum: Checksum | null;
}

const CHECKSUM_HEADER = /^x-amz-checksum-(?!algorithm$|mode$|type$)(.+)$/;

/**
 * Reads a body: takes aws-chunked framing off, then verifies x-amz-content-sha256, Content-MD5 and x-amz-checksum-*.
 * Throws BadDigest, InvalidDigest, IncompleteBody, XAmzContentSHA256Mismatch, MalformedTrailerError, and InvalidRequest for an announced checksum that is absent,
 * and NotImplemented for other algorithms.
 */
export function readPayload(call: S3Call): Payload {
  verifyLength(call.headers['content-length'], call.body);
  const { content, trailers } = isChunked(call)
    ? decodeChunks(call.body)
    : { content: call.body, trailers: {} };
  verifyLength(call.headers['x-amz-decoded-content-length'], content);
  verifyContentSha256(call.headers['x-amz-content-sha256'], content);
  verifyContentMd5(call.headers['content-md5'], content);
  verifyTrailersPresent(call.headers['x-amz-trailer'], trailers);
  const checksum = verifyChecksums({ ...call.headers, ...trailers }, content);
  verifyAnnounced(call.headers['x-amz-sdk-checksum-algorithm'], checksum);
  return { content, checksum };
}

function isChunked(call: S3Call): boolean {
  const encodings = (call.headers['content-encoding'] ?? '').split(',').map((name) => name.trim());
  return (
    encodings.includes('aws-chunked') || (call.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}

function verifyLength(declared: string | undefined, content: Buffer): void {
  if (declared === undefined || Number(declared) === content.length) return;
  throw new S3Error('IncompleteBody', `expected ${declared} bytes, was ${content.length}`);
}

function verifyContentSha256(declared: string | undefined, content: Buffer): void {
  if (declared === undefined || !/^[0-9a-f]{64}$/.test(declared)) return;
  const computed = createHash('sha256').update(content).digest('hex');
  if (computed === declared) return;
  throw new S3Error(
    'XAmzContentSHA256Mismatch',
    `expected x-amz-content-sha256 ${declared}, was ${computed}`,
  );
}

function verifyContentMd5(declared: string | undefined, content: Buffer): void {
  if (declared === undefined) return;
  if (Buffer.from(declared, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', `expected Content-MD5 as base64 of 16 bytes, was ${declared}`);
  }
  const computed = createHash('md5').update(content).digest('base64');
  if (computed !== declared) {
    throw new S3Error('BadDigest', `expected a body with Content-MD5 ${declared}, was ${computed}`);
  }
}

function verifyTrailersPresent(
  declared: string | undefined,
  trailers: Readonly<Record<string, string>>,
): void {
  const missing = (declared ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .find((name) => name !== '' && !(name in trailers));
  if (missing === undefined) return;
  throw new S3Error('MalformedTrailerError', `expected the trailer ${missing}, was absent`);
}

function verifyAnnounced(algorithm: string | undefined, checksum: Checksum | null): void {
  if (algorithm === undefined || checksum !== null) return;
  throw new S3Error(
    'InvalidRequest',
    `expected the checksum ${algorithm} that the request announces, was absent`,
  );
}

function verifyChecksums(headers: Readonly<Record<string, string>>, content: Buffer): Checksum | null {
  let verified: Checksum | null = null;
  for (const [header, declared] of Object.entries(headers)) {
    const name = CHECKSUM_HEADER.exec(header)?.[1]?.toUpperCase();
    if (name !== undefined) verified = verifyChecksum(name, declared, content);
  }
  return verified;
}

function verifyChecksum(name: string, declared: string, content: Buffer): Checksum {
  if (!isChecksumAlgorithm(name)) {
    throw new S3Error('NotImplemented', `expected a checksum of CRC32, CRC32C, SHA1 or SHA256, was ${name}`);
  }
  const computed = checksumOf(name, content);
  if (computed !== declared) {
    throw new S3Error('BadDigest', `expected a body with ${name} ${declared}, was ${computed}`);
  }
  return { algorithm: name, type: 'FULL_OBJECT', value: computed };
}
