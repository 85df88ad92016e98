import type { S3Call } from '../call.ts';
import { S3Error } from '../error.ts';
import { checkVersionId } from '../find-version.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { readPayload } from '../payload.ts';
import { bypassesGovernance } from '../retention.ts';
import type { Removal, Removed } from '../store.ts';
import { versionIdOf } from '../versions.ts';
import { childElements, childText, parseXml, type XmlTree } from '../xml.ts';

const MAXIMUM_KEYS = 1000;

/** DeleteObject: 204 also when there was nothing to delete, as in S3. */
export const deleteObject: Operation = async (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const versionId = call.query.get('versionId') ?? undefined;
  checkVersionId(versionId);
  const removal: Removal = {
    bucket: call.bucket,
    key: call.key,
    versionId,
    ifMatch: call.headers['if-match'],
    bypassGovernance: bypassesGovernance(call.headers),
  };
  const [result] = await store.remove([removal]);
  if (result === undefined || result instanceof S3Error) throw result;
  return { status: 204, headers: bucket.versioning === '' ? {} : removedHeaders(result) };
};

/** DeleteObjects: one transaction, one result per key; refused keys are listed as errors. */
export const deleteObjects: Operation = async (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const request = parseXml(readPayload(call).content, 'Delete');
  const removals = childElements(request, 'Object').map((item) => readRemoval(call, item));
  if (removals.length === 0 || removals.length > MAXIMUM_KEYS) {
    throw new S3Error('MalformedXML', `expected 1 to ${MAXIMUM_KEYS} keys, was ${removals.length}`);
  }
  const results = await store.remove(removals);
  const isQuiet = childText(request, 'Quiet')?.trim() === 'true';
  const answers = results.map((result, index) =>
    describeResult(removals[index]!, result, bucket.versioning !== ''),
  );
  const deleted = answers.map((answer) => answer.deleted).filter((tree) => tree !== undefined);
  return xmlResponse('DeleteResult', {
    Deleted: isQuiet ? [] : deleted,
    Error: answers.map((answer) => answer.error).filter((tree) => tree !== undefined),
  });
};

function removedHeaders({ removed, marker }: Removed): Record<string, string> {
  const told = marker ?? removed;
  if (told === undefined) return {};
  const markerHeader: Record<string, string> = told.blob === null ? { 'x-amz-delete-marker': 'true' } : {};
  return { 'x-amz-version-id': versionIdOf(told), ...markerHeader };
}

function readRemoval(call: S3Call, item: Record<string, unknown>): Removal {
  const key = childText(item, 'Key');
  if (key === undefined || key === '') throw new S3Error('MalformedXML', 'expected a <Key> in each <Object>');
  const versionId = childText(item, 'VersionId');
  checkVersionId(versionId);
  const ifMatch = childText(item, 'ETag');
  return { bucket: call.bucket, key, versionId, ifMatch, bypassGovernance: bypassesGovernance(call.headers) };
}

function describeResult(
  { key, versionId }: Removal,
  result: Removed | S3Error,
  isVersioned: boolean,
): { deleted?: XmlTree; error?: XmlTree } {
  if (result instanceof S3Error) {
    return { error: { Key: key, VersionId: versionId, Code: result.code, Message: result.message } };
  }
  const marker = result.marker ?? (result.removed?.blob === null ? result.removed : undefined);
  const markerElements =
    marker && isVersioned ? { DeleteMarker: true, DeleteMarkerVersionId: versionIdOf(marker) } : {};
  return { deleted: { Key: key, VersionId: versionId, ...markerElements } };
}
