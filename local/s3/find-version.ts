import { visible } from './conditions.ts';
import { S3Error } from './error.ts';
import type { S3Store } from './store.ts';
import { type ObjectVersion, sequenceOf, versionIdOf } from './versions.ts';

/** A version with content. */
export type StoredVersion = ObjectVersion & { readonly blob: string };

/**
 * The version a reader asks for: by id, or the latest when `versionId` is undefined. Throws NoSuchBucket, NoSuchKey, NoSuchVersion,
 * InvalidArgument for an id that cannot be one, and MethodNotAllowed for the id of a delete marker.
 */
export function findVersion(
  store: S3Store,
  bucket: string,
  key: string,
  versionId: string | undefined,
): StoredVersion {
  store.buckets.require(bucket);
  return versionId === undefined ? findLatest(store, bucket, key) : findById(store, bucket, key, versionId);
}

/** A version id of the right form; throws InvalidArgument. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null' || sequenceOf(versionId) !== undefined) return;
  throw new S3Error('InvalidArgument', `expected a version id, was ${versionId}`);
}

function findLatest(store: S3Store, bucket: string, key: string): StoredVersion {
  const latest = store.versions.latest(bucket, key);
  if (visible(latest)) return latest as StoredVersion;
  throw new S3Error('NoSuchKey', `expected the key of an existing object, was ${key}`, {
    elements: { Key: key },
    headers: latest ? markerHeaders(latest) : {},
  });
}

function findById(store: S3Store, bucket: string, key: string, versionId: string): StoredVersion {
  checkVersionId(versionId);
  const version = store.versions.find(bucket, key, versionId);
  if (!version) {
    throw new S3Error('NoSuchVersion', `expected the id of an existing version, was ${versionId}`, {
      elements: { Key: key, VersionId: versionId },
    });
  }
  if (version.blob !== null) return version as StoredVersion;
  throw new S3Error(
    'MethodNotAllowed',
    `expected a version with content, was the delete marker ${versionId}`,
    {
      headers: { ...markerHeaders(version), allow: 'DELETE' },
    },
  );
}

function markerHeaders(marker: ObjectVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionIdOf(marker) };
}
