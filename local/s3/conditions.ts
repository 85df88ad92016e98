import { S3Error } from './error.ts';
import type { ObjectVersion } from './versions.ts';

type Headers = Readonly<Record<string, string>>;

/** An object as readers see it: the latest version unless that is a delete marker. */
export function visible(latest: ObjectVersion | undefined): ObjectVersion | undefined {
  return latest?.blob == null ? undefined : latest;
}

/**
 * Checks a write's If-None-Match and If-Match against the key's latest version. Throws PreconditionFailed, NoSuchKey (If-Match on
 * nothing) and NotImplemented for the forms S3 refuses: If-None-Match other than `*`, If-Match `*`.
 */
export function checkWriteConditions(headers: Headers, latest: ObjectVersion | undefined): void {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  const current = visible(latest);
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', `expected If-None-Match *, was ${ifNoneMatch}`);
  }
  if (ifNoneMatch === '*' && current)
    throw failed('If-None-Match', 'no object at this key', `ETag ${current.etag}`);
  if (ifMatch === undefined) return;
  if (ifMatch === '*') throw new S3Error('NotImplemented', 'expected an ETag in If-Match, was *');
  if (!current) throw new S3Error('NoSuchKey', `expected an object with ETag ${ifMatch}, was absent`);
  if (!matches(ifMatch, current.etag)) throw failed('If-Match', `ETag ${ifMatch}`, `ETag ${current.etag}`);
}

/** Checks a delete's If-Match (an ETag or `*`); throws PreconditionFailed, also when there is no object. */
export function checkDeleteCondition(ifMatch: string | undefined, latest: ObjectVersion | undefined): void {
  if (ifMatch === undefined) return;
  const current = visible(latest);
  if (!current) throw failed('If-Match', `an object with ETag ${ifMatch}`, 'absent');
  if (!matches(ifMatch, current.etag)) throw failed('If-Match', `ETag ${ifMatch}`, `ETag ${current.etag}`);
}

/**
 * Checks a read's four conditions in the order of RFC 9110, section 13.2.2. Throws PreconditionFailed or NotModified.
 * For CopyObject give `prefix` `x-amz-copy-source-`: there an unmet If-None-Match is PreconditionFailed too.
 */
export function checkReadConditions(headers: Headers, version: ObjectVersion, prefix = ''): void {
  const ifMatch = headers[`${prefix}if-match`];
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) throw failed('If-Match', `ETag ${ifMatch}`, `ETag ${version.etag}`);
  } else if (isLater(version, headers[`${prefix}if-unmodified-since`])) {
    throw failed('If-Unmodified-Since', 'an object not modified since', httpDate(version.modifiedMs));
  }
  const isUnchanged =
    ifNoneMatch === undefined
      ? isNotLater(version, headers[`${prefix}if-modified-since`])
      : matches(ifNoneMatch, version.etag);
  if (isUnchanged)
    throw prefix === '' ? notModified(version) : failed('If-None-Match', 'a change', version.etag);
}

/** `1700000000000` -> `Tue, 14 Nov 2023 22:13:20 GMT`. */
export function httpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString();
}

function matches(header: string, etag: string): boolean {
  const wanted = header.split(',').map((item) =>
    item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1'),
  );
  return wanted.includes('*') || wanted.includes(etag);
}

/** HTTP dates have whole seconds, so a version counts as modified at the start of its second. */
function isLater(version: ObjectVersion, date: string | undefined): boolean {
  return Math.floor(version.modifiedMs / 1000) * 1000 > Date.parse(date ?? '');
}

function isNotLater(version: ObjectVersion, date: string | undefined): boolean {
  return Math.floor(version.modifiedMs / 1000) * 1000 <= Date.parse(date ?? '');
}

function failed(condition: string, expected: string, actual: string): S3Error {
  return new S3Error('PreconditionFailed', `expected ${expected}, was ${actual}`, {
    elements: { Condition: condition },
  });
}

function notModified(version: ObjectVersion): S3Error {
  return new S3Error('NotModified', 'expected a change, was none', {
    headers: { etag: `"${version.etag}"`, 'last-modified': httpDate(version.modifiedMs) },
  });
}
