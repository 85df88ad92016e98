import type { Bucket } from './buckets.ts';
import { S3Error } from './error.ts';
import type { ObjectVersion, Retention } from './versions.ts';

const DAY_MS = 86_400_000;

type Headers = Readonly<Record<string, string>>;

/** The retention a write request states in its x-amz-object-lock-* headers, or null; throws InvalidArgument. */
export function statedRetention(headers: Headers, nowMs: number): Retention | null {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  if (mode === undefined && until === undefined) return null;
  const untilMs = Date.parse(until ?? '');
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw new S3Error('InvalidArgument', `expected a lock mode GOVERNANCE or COMPLIANCE, was ${mode}`);
  }
  if (!(untilMs > nowMs)) {
    throw new S3Error('InvalidArgument', `expected a retain-until date in the future, was ${until}`);
  }
  return { mode, untilMs };
}

/** The retention of a new version: the stated one, else the bucket's default. Throws InvalidRequest when the bucket has no object lock. */
export function retentionOf(bucket: Bucket, stated: Retention | null, nowMs: number): Retention | null {
  if (stated !== null && !bucket.objectLock) {
    throw new S3Error('InvalidRequest', `expected a bucket with object lock, was ${bucket.name}`);
  }
  const fallback = bucket.defaultRetention;
  return stated ?? (fallback && { mode: fallback.mode, untilMs: nowMs + fallback.days * DAY_MS });
}

/** S3 wants a digest with every upload that is going to be locked; throws InvalidRequest without one. */
export function requireDigest(retention: Retention | null, headers: Headers, hasChecksum: boolean): void {
  if (retention === null || hasChecksum || 'content-md5' in headers) return;
  throw new S3Error(
    'InvalidRequest',
    'expected Content-MD5 or x-amz-checksum-* with object lock, was absent',
  );
}

/** True when the request may remove versions held in GOVERNANCE mode. */
export function bypassesGovernance(headers: Headers): boolean {
  return headers['x-amz-bypass-governance-retention'] === 'true';
}

/** Throws AccessDenied while the version is held: COMPLIANCE always, GOVERNANCE unless bypassed. */
export function assertRemovable(version: ObjectVersion, nowMs: number, isBypassed: boolean): void {
  const held = version.retention;
  if (held === null || held.untilMs <= nowMs || (held.mode === 'GOVERNANCE' && isBypassed)) return;
  const until = new Date(held.untilMs).toISOString();
  throw new S3Error(
    'AccessDenied',
    `expected a version that is not locked, was locked in ${held.mode} mode until ${until}`,
  );
}

/** The headers that tell a reader about a version's retention. */
export function retentionHeaders(retention: Retention | null): Record<string, string> {
  if (retention === null) return {};
  return {
    'x-amz-object-lock-mode': retention.mode,
    'x-amz-object-lock-retain-until-date': new Date(retention.untilMs).toISOString(),
  };
}
