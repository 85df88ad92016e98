import { ed25519Signer, newSigningKey } from '../../shared/adapters/ed25519/note-signer.ts';
import { s3LogTiles } from '../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../shared/adapters/s3/replace-object.ts';
import { logOrigin } from '../../shared/domain/audit/checkpoint.ts';
import type { LogTiles } from '../../shared/ports/log-tiles.ts';
import type { EmbeddedCloud } from './embedded-cloud.ts';

/** The audit log's tiles in a bucket of the embedded cloud, signed with a key of their own. */
export function logTilesIn(cloud: EmbeddedCloud, bucketName: string): LogTiles {
  const signer = ed25519Signer(logOrigin(bucketName), newSigningKey());
  return s3LogTiles({
    bucket: s3ObjectStore(cloud.s3, bucketName),
    replace: s3ReplaceObject(cloud.s3, bucketName),
    signer: async () => signer,
  });
}
