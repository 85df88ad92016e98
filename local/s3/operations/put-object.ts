import { readAttributes } from '../attributes.ts';
import { md5Hex } from '../checksum.ts';
import { checkWriteConditions } from '../conditions.ts';
import type { Operation } from '../operation.ts';
import { readPayload } from '../payload.ts';
import { requireDigest, retentionOf, statedRetention } from '../retention.ts';
import { checksumHeaders, versionIdHeader } from '../version-headers.ts';

/** PutObject: everything is verified before a byte is written, the conditions once more when it is published. */
export const putObject: Operation = async (store, call) => {
  const bucket = store.buckets.require(call.bucket);
  const attributes = readAttributes(call.headers);
  const { content, checksum } = readPayload(call);
  const nowMs = store.clock.nowMs();
  const stated = statedRetention(call.headers, nowMs);
  requireDigest(retentionOf(bucket, stated, nowMs), call.headers, checksum !== null);
  checkWriteConditions(call.headers, store.versions.latest(call.bucket, call.key));
  const blob = await store.blobs.write([content]);
  const version = await store.publish(
    {
      bucket: call.bucket,
      key: call.key,
      blob,
      size: content.length,
      etag: md5Hex(content),
      attributes,
      checksum,
      statedRetention: stated,
    },
    call.headers,
    'Put',
  );
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...versionIdHeader(bucket, version),
      ...checksumHeaders(checksum),
    },
  };
};
