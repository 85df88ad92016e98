import type { S3Call } from '../call.ts';
import { S3Error } from '../error.ts';
import { checkVersionId } from '../find-version.ts';
import { readListParameters } from '../list-parameters.ts';
import { firstKeyBehind, justBehind, listEntries, prefixesOf, rowsOf, takePage } from '../listing.ts';
import { isoSeconds, type Operation, xmlResponse } from '../operation.ts';
import type { S3Store } from '../store.ts';
import { type ObjectVersion, versionIdOf } from '../versions.ts';
import type { XmlTree } from '../xml.ts';

/** ListObjectVersions: versions and delete markers, newest first within a key. */
export const listObjectVersions: Operation = (store, call) => {
  store.buckets.require(call.bucket);
  const { prefix, delimiter, limit, encode, encodingType } = readListParameters(call.query, 'max-keys');
  const { fromKey, skips } = readStart(store, call, delimiter);
  const scan = (key: string) => store.versions.scanAll(call.bucket, key);
  const entries = fromKey === undefined ? [] : listEntries({ prefix, delimiter, fromKey, scan, skips });
  const { page, isTruncated } = takePage(entries, limit);
  const rows = rowsOf(page);
  const last = page.at(-1);
  return xmlResponse('ListVersionsResult', {
    Name: call.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: encodingType,
    IsTruncated: isTruncated,
    KeyMarker: encode(call.query.get('key-marker') ?? ''),
    VersionIdMarker: call.query.get('version-id-marker') ?? '',
    NextKeyMarker: isTruncated && last ? encode('row' in last ? last.row.key : last.prefix) : undefined,
    NextVersionIdMarker: isTruncated && last && 'row' in last ? versionIdOf(last.row) : undefined,
    Version: rows.filter(({ blob }) => blob !== null).map((row) => describeContent(row, encode)),
    DeleteMarker: rows.filter(({ blob }) => blob === null).map((row) => describeVersion(row, encode)),
    CommonPrefixes: prefixesOf(page).map((group) => ({ Prefix: encode(group) })),
  });
};

interface Start {
  readonly fromKey: string | undefined;
  readonly skips: (row: ObjectVersion) => boolean;
}

/** key-marker alone starts behind the key (or behind a common prefix), with version-id-marker behind that version. */
function readStart(store: S3Store, call: S3Call, delimiter: string): Start {
  const key = call.query.get('key-marker') ?? '';
  const versionId = call.query.get('version-id-marker') ?? '';
  if (versionId === '') {
    const isGroup = delimiter !== '' && key.endsWith(delimiter);
    return { fromKey: isGroup ? firstKeyBehind(key) : key && justBehind(key), skips: () => false };
  }
  checkVersionId(versionId);
  const marker = key === '' ? undefined : store.versions.find(call.bucket, key, versionId);
  const sequence = marker?.sequence ?? Number(versionId);
  if (key === '' || Number.isNaN(sequence)) {
    throw new S3Error('InvalidArgument', `expected version-id-marker with its key-marker, was ${versionId}`);
  }
  return { fromKey: key, skips: (row) => row.key === key && row.sequence >= sequence };
}

function describeVersion(version: ObjectVersion, encode: (key: string) => string): XmlTree {
  return {
    Key: encode(version.key),
    VersionId: versionIdOf(version),
    IsLatest: version.isLatest,
    LastModified: isoSeconds(version.modifiedMs),
  };
}

function describeContent(version: ObjectVersion, encode: (key: string) => string): XmlTree {
  return {
    ...describeVersion(version, encode),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.size,
    StorageClass: 'STANDARD',
  };
}
