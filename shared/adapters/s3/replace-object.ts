import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Conflict, NotFound, Temporary } from '../../errors.ts';
import type { ReplaceObject } from '../../ports/replace-object.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_TRIES = 6;

/** Compare and swap on an S3 object, by its entity tag. */
export function s3ReplaceObject(client: S3Client, bucket: string): ReplaceObject {
  return async (key, next) => {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const current = await read(client, bucket, key);
      const content = next(current?.content);
      if (content === undefined) return;
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: content,
        ...(current === undefined ? { IfNoneMatch: '*' } : { IfMatch: current.tag }),
      });
      try {
        await translated(`replace object ${key}`, () => client.send(command));
        return;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    throw new Temporary(`replace object ${key}: expected it unchanged once, was always somebody faster`);
  };
}

async function read(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<{ content: Uint8Array; tag: string | undefined } | undefined> {
  try {
    return await translated(`get object ${key}`, async () => {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { content: (await Body?.transformToByteArray()) ?? new Uint8Array(), tag: ETag };
    });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
