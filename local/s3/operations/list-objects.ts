import type { S3Call } from '../call.ts';
import { S3Error } from '../error.ts';
import { readListParameters } from '../list-parameters.ts';
import {
  firstKeyBehind,
  justBehind,
  type ListEntry,
  listEntries,
  prefixesOf,
  rowsOf,
  takePage,
} from '../listing.ts';
import { isoSeconds, type Operation, OWNER, xmlResponse } from '../operation.ts';
import type { ObjectVersion } from '../versions.ts';
import type { XmlTree } from '../xml.ts';

/** ListObjectsV2: current objects in byte order of their keys, grouped by the delimiter. */
export const listObjectsV2: Operation = (store, call) => {
  store.buckets.require(call.bucket);
  const parameters = readListParameters(call.query, 'max-keys');
  const { prefix, delimiter, limit, encode, encodingType } = parameters;
  const fromKey = readStart(call);
  const scan = (key: string) => store.versions.scanLatest(call.bucket, key);
  const entries = fromKey === undefined ? [] : listEntries({ prefix, delimiter, fromKey, scan });
  const { page, isTruncated } = takePage(entries, limit);
  const owner = call.query.get('fetch-owner') === 'true' ? { Owner: OWNER } : {};
  return xmlResponse('ListBucketResult', {
    Name: call.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: encodingType,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ContinuationToken: call.query.get('continuation-token') ?? undefined,
    NextContinuationToken: isTruncated ? writeToken(page.at(-1)!) : undefined,
    StartAfter: call.query.has('start-after') ? encode(call.query.get('start-after')!) : undefined,
    Contents: rowsOf(page).map((row) => ({ ...describeObject(row, encode), ...owner })),
    CommonPrefixes: prefixesOf(page).map((group) => ({ Prefix: encode(group) })),
  });
};

function describeObject(version: ObjectVersion, encode: (key: string) => string): XmlTree {
  return {
    Key: encode(version.key),
    LastModified: isoSeconds(version.modifiedMs),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.size,
    StorageClass: 'STANDARD',
  };
}

/** The first key the page may hold; undefined when nothing can follow the last page. A token outranks start-after. */
function readStart(call: S3Call): string | undefined {
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after');
  if (token !== null) return readToken(token);
  return startAfter ? justBehind(startAfter) : '';
}

/** A token is the last entry of its page: `k` and a key, or `p` and a common prefix, in base64url. */
function writeToken(entry: ListEntry<ObjectVersion>): string {
  return Buffer.from('row' in entry ? `k${entry.row.key}` : `p${entry.prefix}`).toString('base64url');
}

function readToken(token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('k')) return justBehind(text.slice(1));
  if (text.startsWith('p')) return firstKeyBehind(text.slice(1));
  throw new S3Error('InvalidArgument', `expected a continuation token of this service, was ${token}`);
}
