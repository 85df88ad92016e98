import { readAttributes } from '../attributes.ts';
import { type S3Call, splitPath } from '../call.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumOf,
  isChecksumAlgorithm,
  md5Hex,
} from '../checksum.ts';
import { checkReadConditions, checkWriteConditions } from '../conditions.ts';
import { S3Error } from '../error.ts';
import { findVersion, type StoredVersion } from '../find-version.ts';
import { isoSeconds, type Operation, xmlResponse } from '../operation.ts';
import { statedRetention } from '../retention.ts';
import type { S3Store } from '../store.ts';
import { checksumElements, versionIdHeader } from '../version-headers.ts';
import { versionIdOf } from '../versions.ts';

/** CopyObject: the copy shares the source's content on disk, so that it costs an index row however large it is. */
export const copyObject: Operation = async (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const source = findSource(store, call);
  const isReplacing = replacesMetadata(call, source);
  checkReadConditions(call.headers, source, 'x-amz-copy-source-');
  checkWriteConditions(call.headers, store.versions.latest(call.bucket, call.key));
  const stated = readAttributes(call.headers);
  const version = await store.publish(
    {
      bucket: call.bucket,
      key: call.key,
      blob: source.blob,
      size: source.size,
      ...(await digests(store, source, readAlgorithm(call))),
      attributes: isReplacing ? stated : source.attributes,
      statedRetention: statedRetention(call.headers, store.clock.nowMs()),
    },
    call.headers,
    'Copy',
    () => requireContent(store, source),
  );
  const { etag, modifiedMs, checksum } = version;
  const result = { ETag: `"${etag}"`, LastModified: isoSeconds(modifiedMs), ...checksumElements(checksum) };
  return xmlResponse('CopyObjectResult', result, {
    ...versionIdHeader(bucket, version),
    ...copySourceHeader(store, source),
  });
};

function findSource(store: S3Store, call: S3Call): StoredVersion {
  const header = call.headers['x-amz-copy-source'] ?? '';
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=([^&]*))?$/s.exec(header) ?? [];
  const { bucket, key } = splitPath(path);
  if (bucket === '' || key === '') {
    throw new S3Error('InvalidArgument', `expected x-amz-copy-source as bucket/key, was ${header}`);
  }
  return findVersion(store, bucket, key, versionId);
}

/** While digests were computed the source may have been removed, and its content with it: then nothing must refer to it. */
function requireContent(store: S3Store, source: StoredVersion): void {
  if (store.versions.hasBlob(source.blob)) return;
  throw new S3Error(
    'InternalError',
    `expected ${source.key} to stay during its copy, was removed; try again`,
  );
}

function replacesMetadata(call: S3Call, source: StoredVersion): boolean {
  const directive = call.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', `expected the metadata directive COPY or REPLACE, was ${directive}`);
  }
  const isOntoItself = source.isLatest && source.bucket === call.bucket && source.key === call.key;
  if (isOntoItself && directive === 'COPY') {
    throw new S3Error(
      'InvalidRequest',
      `expected another key or the directive REPLACE, was a copy of ${call.key} onto itself`,
    );
  }
  return directive === 'REPLACE';
}

function readAlgorithm(call: S3Call): ChecksumAlgorithm | undefined {
  const name = call.headers['x-amz-checksum-algorithm'];
  if (name === undefined || isChecksumAlgorithm(name)) return name;
  throw new S3Error('NotImplemented', `expected a checksum of CRC32, CRC32C, SHA1 or SHA256, was ${name}`);
}

/** A copy is one piece: digests made over the parts of an upload are made anew over the content. */
async function digests(
  store: S3Store,
  source: StoredVersion,
  wanted: ChecksumAlgorithm | undefined,
): Promise<{ etag: string; checksum: Checksum | null }> {
  const algorithm = wanted ?? source.checksum?.algorithm;
  const isWhole = !source.etag.includes('-') && source.checksum?.type !== 'COMPOSITE';
  if (isWhole && algorithm === source.checksum?.algorithm)
    return { etag: source.etag, checksum: source.checksum };
  const content = await store.blobs.read(source.blob, { start: 0, end: source.size - 1 });
  const checksum =
    algorithm && ({ algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, content) } as const);
  return { etag: md5Hex(content), checksum: checksum ?? null };
}

function copySourceHeader(store: S3Store, source: StoredVersion): Record<string, string> {
  const { versioning } = store.buckets.require(source.bucket);
  return versioning === '' ? {} : { 'x-amz-copy-source-version-id': versionIdOf(source) };
}
