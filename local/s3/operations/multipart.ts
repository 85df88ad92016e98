import { readAttributes } from '../attributes.ts';
import type { S3Call } from '../call.ts';
import { checksumOf, isChecksumAlgorithm, md5Hex } from '../checksum.ts';
import { transact } from '../database.ts';
import { S3Error } from '../error.ts';
import { readLimit } from '../list-parameters.ts';
import { isoSeconds, type Operation, xmlResponse } from '../operation.ts';
import { readPayload } from '../payload.ts';
import { retentionOf, statedRetention } from '../retention.ts';
import type { S3Store } from '../store.ts';
import type { Upload, UploadDraft } from '../uploads.ts';
import { checksumHeaders } from '../version-headers.ts';

const MAXIMUM_PART_NUMBER = 10_000;

/** CreateMultipartUpload: fixes attributes, checksum and retention of the object to come. */
export const createMultipartUpload: Operation = (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const nowMs = store.clock.nowMs();
  const retention = statedRetention(call.headers, nowMs);
  retentionOf(bucket, retention, nowMs);
  const draft = { attributes: readAttributes(call.headers), checksum: readDraftChecksum(call), retention };
  const uploadId = store.uploads.create(call.bucket, call.key, nowMs, draft);
  const headers = draft.checksum && {
    'x-amz-checksum-algorithm': draft.checksum.algorithm,
    'x-amz-checksum-type': draft.checksum.type,
  };
  const result = { Bucket: call.bucket, Key: call.key, UploadId: uploadId };
  return xmlResponse('InitiateMultipartUploadResult', result, headers ?? {});
};

/** UploadPart: durable when answered; a part sent again under its number replaces the earlier one. */
export const uploadPart: Operation = async (store, call) => {
  requireUpload(store, call);
  const partNumber = readPartNumber(call);
  const { content, checksum: sent } = readPayload(call);
  const { algorithm } = requireUpload(store, call).draft.checksum ?? {};
  const checksum = algorithm
    ? ({ algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, content) } as const)
    : sent;
  const blob = await store.blobs.write([content]);
  const part = { partNumber, blob, size: content.length, etag: md5Hex(content), checksum };
  try {
    // Completed or aborted in the meantime: the part has nowhere to go.
    const upload = requireUpload(store, call);
    const replaced = store.uploads.parts(upload).find((earlier) => earlier.partNumber === partNumber);
    store.uploads.putPart(upload, { ...part, modifiedMs: store.clock.nowMs() });
    await store.discard(replaced ? [replaced.blob] : []);
  } catch (error) {
    await store.discard([blob]);
    throw error;
  }
  return { status: 200, headers: { etag: `"${part.etag}"`, ...withoutType(checksumHeaders(checksum)) } };
};

/** AbortMultipartUpload: the upload and its parts are gone when it is answered. */
export const abortMultipartUpload: Operation = async (store, call) => {
  const upload = requireUpload(store, call);
  const blobs = store.uploads.parts(upload).map((part) => part.blob);
  transact(store.database, () => store.uploads.remove(upload));
  await store.discard(blobs);
  return { status: 204 };
};

/** ListParts: in order of part numbers, paged by part-number-marker. */
export const listParts: Operation = (store, call) => {
  const upload = requireUpload(store, call);
  const limit = readLimit(call.query, 'max-parts');
  const marker = Number(call.query.get('part-number-marker') ?? 0);
  const later = store.uploads.parts(upload).filter((part) => part.partNumber > marker);
  const page = later.slice(0, limit);
  return xmlResponse('ListPartsResult', {
    Bucket: call.bucket,
    Key: call.key,
    UploadId: call.query.get('uploadId') ?? '',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber,
    MaxParts: limit,
    IsTruncated: limit > 0 && later.length > limit,
    ChecksumAlgorithm: upload.draft.checksum?.algorithm,
    ChecksumType: upload.draft.checksum?.type,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: isoSeconds(part.modifiedMs),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...(part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
    })),
  });
};

/** The upload the call names; throws NoSuchBucket and NoSuchUpload. */
export function requireUpload(store: S3Store, call: S3Call): Upload {
  store.buckets.require(call.bucket);
  return store.uploads.require(call.bucket, call.key, call.query.get('uploadId') ?? '');
}

function readPartNumber(call: S3Call): number {
  const text = call.query.get('partNumber') ?? '';
  const partNumber = Number(text);
  if (/^\d{1,5}$/.test(text) && partNumber >= 1 && partNumber <= MAXIMUM_PART_NUMBER) return partNumber;
  throw new S3Error('InvalidArgument', `expected partNumber from 1 to ${MAXIMUM_PART_NUMBER}, was ${text}`);
}

function readDraftChecksum(call: S3Call): UploadDraft['checksum'] {
  const algorithm = call.headers['x-amz-checksum-algorithm'];
  const type = call.headers['x-amz-checksum-type'] ?? 'COMPOSITE';
  if (algorithm === undefined) return null;
  if (!isChecksumAlgorithm(algorithm)) {
    throw new S3Error(
      'NotImplemented',
      `expected a checksum of CRC32, CRC32C, SHA1 or SHA256, was ${algorithm}`,
    );
  }
  const isPossible = type === 'COMPOSITE' || (type === 'FULL_OBJECT' && algorithm.startsWith('CRC'));
  if (!isPossible) {
    throw new S3Error('InvalidRequest', `expected a checksum type that ${algorithm} allows, was ${type}`);
  }
  return { algorithm, type };
}

function withoutType({
  'x-amz-checksum-type': _,
  ...headers
}: Record<string, string>): Record<string, string> {
  return headers;
}
