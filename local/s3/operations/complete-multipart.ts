import type { S3Call } from '../call.ts';
import { type Checksum, compositeChecksum, createChecksum, type Digest, md5Hex } from '../checksum.ts';
import { checkWriteConditions } from '../conditions.ts';
import { S3Error } from '../error.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import type { S3Store } from '../store.ts';
import type { Part, Upload } from '../uploads.ts';
import { checksumElements, versionIdHeader } from '../version-headers.ts';
import { childElements, childText, parseXml } from '../xml.ts';
import { requireUpload } from './multipart.ts';

/** All parts of an upload but the last have at least this size. */
const MINIMUM_PART_BYTES = 5 * 1024 * 1024;

/** CompleteMultipartUpload: joins the listed parts into one object and ends the upload, in one transaction. */
export const completeMultipartUpload: Operation = async (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const upload = requireUpload(store, call);
  const parts = chooseParts(call, store.uploads.parts(upload));
  const size = parts.reduce((total, part) => total + part.size, 0);
  checkSize(call, size);
  checkWriteConditions(call.headers, store.versions.latest(call.bucket, call.key));
  const { blob, checksum } = await joinParts(store, upload, parts).catch((error: unknown) => {
    // Completed or aborted in the meantime: its parts are gone, and the caller is told that rather than a read error.
    requireUpload(store, call);
    throw error;
  });
  const object = {
    bucket: call.bucket,
    key: call.key,
    blob,
    size,
    etag: `${md5Hex(Buffer.from(parts.map((part) => part.etag).join(''), 'hex'))}-${parts.length}`,
    attributes: upload.draft.attributes,
    checksum,
    statedRetention: upload.draft.retention,
  };
  const ended: Part[] = [];
  const version = await store.publish(object, call.headers, 'CompleteMultipartUpload', () => {
    checkChecksum(call, checksum);
    ended.push(...store.uploads.parts(requireUpload(store, call)));
    store.uploads.remove(upload);
  });
  await store.discard(ended.map((part) => part.blob));
  const result = {
    Bucket: call.bucket,
    Key: call.key,
    ETag: `"${version.etag}"`,
    ...checksumElements(checksum),
  };
  return xmlResponse('CompleteMultipartUploadResult', result, versionIdHeader(bucket, version));
};

function chooseParts(call: S3Call, stored: readonly Part[]): Part[] {
  const listed = childElements(parseXml(call.body, 'CompleteMultipartUpload'), 'Part');
  if (listed.length === 0) throw new S3Error('MalformedXML', 'expected at least one <Part>, was none');
  const chosen = listed.map((item) => choosePart(item, stored));
  for (const [index, part] of chosen.entries()) {
    const next = chosen[index + 1];
    if (next && next.partNumber <= part.partNumber) {
      throw new S3Error(
        'InvalidPartOrder',
        `expected ascending part numbers, was ${next.partNumber} after ${part.partNumber}`,
      );
    }
    if (next && part.size < MINIMUM_PART_BYTES) {
      throw new S3Error(
        'EntityTooSmall',
        `expected part ${part.partNumber} to have 5 MiB or more, was ${part.size} bytes`,
      );
    }
  }
  return chosen;
}

function choosePart(item: Record<string, unknown>, stored: readonly Part[]): Part {
  const partNumber = childText(item, 'PartNumber');
  const etag = childText(item, 'ETag')?.replaceAll('"', '');
  const part = stored.find((candidate) => String(candidate.partNumber) === partNumber?.trim());
  if (!part || part.etag !== etag) {
    throw new S3Error('InvalidPart', `expected the ETag of an uploaded part ${partNumber}, was ${etag}`);
  }
  const { algorithm, value } = part.checksum ?? {};
  const stated = algorithm && childText(item, `Checksum${algorithm}`);
  if (stated !== undefined && stated !== value) {
    throw new S3Error('InvalidPart', `expected ${algorithm} ${value} for part ${partNumber}, was ${stated}`);
  }
  return part;
}

function checkSize(call: S3Call, size: number): void {
  const stated = call.headers['x-amz-mp-object-size'];
  if (stated !== undefined && Number(stated) !== size) {
    throw new S3Error('InvalidRequest', `expected parts of ${stated} bytes together, was ${size}`);
  }
}

async function joinParts(
  store: S3Store,
  upload: Upload,
  parts: readonly Part[],
): Promise<{ blob: string; checksum: Checksum | null }> {
  const draft = upload.draft.checksum;
  if (draft?.type !== 'FULL_OBJECT') {
    const blob = await store.blobs.write(readParts(store, parts));
    const values = parts.map((part) => part.checksum?.value ?? '');
    return { blob, checksum: draft && { ...draft, value: compositeChecksum(draft.algorithm, values) } };
  }
  const whole = createChecksum(draft.algorithm);
  const blob = await store.blobs.write(readParts(store, parts, whole));
  return { blob, checksum: { ...draft, value: whole.digest().toString('base64') } };
}

/** One part in memory at a time. */
async function* readParts(store: S3Store, parts: readonly Part[], whole?: Digest): AsyncGenerator<Buffer> {
  for (const { blob, size } of parts) {
    const content = await store.blobs.read(blob, { start: 0, end: size - 1 });
    whole?.update(content);
    yield content;
  }
}

function checkChecksum(call: S3Call, checksum: Checksum | null): void {
  if (checksum === null) return;
  const stated = call.headers[`x-amz-checksum-${checksum.algorithm.toLowerCase()}`];
  if (stated !== undefined && stated !== checksum.value) {
    throw new S3Error('BadDigest', `expected ${checksum.algorithm} ${stated}, was ${checksum.value}`);
  }
}
