import {
  type _Error,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Conflict, Temporary } from '../../errors.ts';
import type { ListedObject, ObjectStore } from '../../ports/object-store.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_KEYS_A_DELETE = 1000;

/** An S3 bucket as an ObjectStore; checksums are the SDK's default (CRC32, verified by S3). */
export function s3ObjectStore(client: S3Client, bucket: string): ObjectStore {
  return {
    async put(key, content, options = {}) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: content,
        ...(options.ifAbsent ? { IfNoneMatch: '*' } : {}),
      });
      try {
        await translated(`put object ${key}`, () => client.send(command));
        return true;
      } catch (error) {
        if (options.ifAbsent && error instanceof Conflict) return false;
        throw error;
      }
    },
    async get(key) {
      return translated(`get object ${key}`, async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      });
    },
    list: async (prefix) => (await listed(client, bucket, prefix)).map(({ key }) => key),
    listWithTimes: (prefix) => listed(client, bucket, prefix),
    async remove(keys) {
      for (let start = 0; start < keys.length; start += MAX_KEYS_A_DELETE) {
        const Objects = keys.slice(start, start + MAX_KEYS_A_DELETE).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await translated(`remove ${Objects.length} objects`, () =>
          client.send(command),
        );
        if (Errors.length > 0) throw notRemoved(Objects.length, Errors);
      }
    },
  };
}

function listed(client: S3Client, bucket: string, prefix: string): Promise<ListedObject[]> {
  return translated(`list objects ${prefix}`, async () => {
    const objects: ListedObject[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) objects.push({ key: Key, writtenMs: LastModified?.getTime() ?? Number.NaN });
      }
    }
    return objects;
  });
}

function notRemoved(count: number, errors: readonly _Error[]): Temporary {
  const first = `${errors[0]?.Key} (${errors[0]?.Code})`;
  return new Temporary(
    `remove objects: expected all ${count} gone, was ${errors.length} refused, first ${first}`,
  );
}
