import type { LocalResponse } from '../../service.ts';
import { attributeHeaders } from '../attributes.ts';
import type { S3Call } from '../call.ts';
import { checkReadConditions, httpDate } from '../conditions.ts';
import { S3Error } from '../error.ts';
import { findVersion, type StoredVersion } from '../find-version.ts';
import type { Operation } from '../operation.ts';
import { type ByteRange, parseRange } from '../range.ts';
import { retentionHeaders } from '../retention.ts';
import type { S3Store } from '../store.ts';
import { checksumHeaders, versionIdHeader } from '../version-headers.ts';

const OVERRIDABLE = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** GetObject: the content of a version, or an interval of it. */
export const getObject: Operation = async (store, call) => {
  const { version, range, response } = describe(store, call);
  const body = await store.blobs.read(version.blob, range ?? { start: 0, end: version.size - 1 });
  return { ...response, body };
};

/** HeadObject: what GetObject would answer, without the content; `content-length` is that of the content. */
export const headObject: Operation = (store, call) => describe(store, call).response;

interface Described {
  readonly version: StoredVersion;
  readonly range: ByteRange | undefined;
  readonly response: LocalResponse;
}

function describe(store: S3Store, call: S3Call): Described {
  if (call.query.has('partNumber')) {
    throw new S3Error('NotImplemented', `expected ${call.operation} without partNumber, was partNumber`);
  }
  const version = findVersion(store, call.bucket, call.key, call.query.get('versionId') ?? undefined);
  checkReadConditions(call.headers, version);
  const range = parseRange(call.headers['range'], version.size);
  const headers = {
    ...versionIdHeader(store.buckets.require(call.bucket), version),
    ...attributeHeaders(version.attributes),
    ...overrides(call.query),
    ...(wantsChecksum(call, version, range) ? checksumHeaders(version.checksum) : {}),
    ...retentionHeaders(version.retention),
    ...rangeHeaders(version.size, range),
    etag: `"${version.etag}"`,
    'last-modified': httpDate(version.modifiedMs),
    'accept-ranges': 'bytes',
  };
  return { version, range, response: { status: range ? 206 : 200, headers } };
}

/** A checksum of the whole would not match a part of the content. */
function wantsChecksum(call: S3Call, version: StoredVersion, range: ByteRange | undefined): boolean {
  const isWhole = range === undefined || (range.start === 0 && range.end === version.size - 1);
  return isWhole && call.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
}

function rangeHeaders(size: number, range: ByteRange | undefined): Record<string, string> {
  if (range === undefined) return { 'content-length': String(size) };
  return {
    'content-length': String(range.end - range.start + 1),
    'content-range': `bytes ${range.start}-${range.end}/${size}`,
  };
}

function overrides(query: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDABLE) {
    const value = query.get(`response-${name}`);
    if (value !== null) found[name] = value;
  }
  return found;
}
