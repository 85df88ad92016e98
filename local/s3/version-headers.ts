import type { Bucket } from './buckets.ts';
import type { Checksum } from './checksum.ts';
import { type ObjectVersion, versionIdOf } from './versions.ts';

/** x-amz-version-id, on buckets that ever had versioning. */
export function versionIdHeader(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return bucket.versioning === '' ? {} : { 'x-amz-version-id': versionIdOf(version) };
}

/** The stored checksum and its type as response headers. */
export function checksumHeaders(checksum: Checksum | null): Record<string, string> {
  if (checksum === null) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

/** The stored checksum and its type as elements of an XML answer. `CRC32` -> `{ ChecksumCRC32, ChecksumType }`. */
export function checksumElements(checksum: Checksum | null): Record<string, string> {
  if (checksum === null) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}
