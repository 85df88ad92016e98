import type { LocalClock } from '../clock.ts';
import type { LocalRequest, LocalResponse, LocalService } from '../service.ts';
import type { BucketSettings } from './buckets.ts';
import { readCall } from './call.ts';
import { S3Error } from './error.ts';
import { errorResponse } from './error-response.ts';
import type { S3Event } from './event.ts';
import { OPERATIONS } from './operations.ts';
import { S3Store } from './store.ts';

export interface S3Options {
  /** Created on first use; belongs to one process at a time. */
  readonly directory: string;
  readonly clock: LocalClock;
  /** Told of each change once it is durable, before the client is; must not throw. A crash in between loses the notification. */
  readonly onEvent?: (event: S3Event) => void;
}

export interface S3Service extends LocalService {
  /**
   * Creates the bucket, or gives an existing one these settings and keeps what it holds. Object lock implies versioning and cannot
   * be taken back. Throws S3Error (InvalidBucketName, InvalidArgument). `createBucket('lake', { versioning: true })`.
   */
  createBucket(name: string, settings?: BucketSettings): void;
}

/**
 * An S3 that keeps its objects under `directory`: a write that was answered survives kill -9. Speaks S3's REST protocol, path style
 * (`/bucket/key`), and leaves signatures to the router in front of it. Throws when the folder is in use or was written by another schema version.
 */
export function createS3({ directory, clock, onEvent = () => {} }: S3Options): S3Service {
  const store = new S3Store(directory, clock, onEvent);
  const underWay = new Set<Promise<LocalResponse>>();
  let requests = 0;
  return {
    createBucket: (name, settings = {}) => store.buckets.apply(name, settings, clock.nowMs()),
    handle(request) {
      requests += 1;
      const work = clock.track(answer(store, request, requestIdOf(requests)));
      underWay.add(work);
      return work.finally(() => underWay.delete(work));
    },
    async close() {
      await Promise.allSettled(underWay);
      if (store.database.isOpen) store.database.close();
    },
  };
}

function requestIdOf(count: number): string {
  return count.toString(16).toUpperCase().padStart(16, '0');
}

async function answer(store: S3Store, request: LocalRequest, requestId: string): Promise<LocalResponse> {
  const response = await perform(store, request).catch((error: unknown) =>
    errorResponse(toS3Error(error), request, requestId),
  );
  return { ...response, headers: { 'x-amz-request-id': requestId, ...response.headers } };
}

async function perform(store: S3Store, request: LocalRequest): Promise<LocalResponse> {
  const call = readCall(request);
  const operation = OPERATIONS[call.operation];
  if (operation) return operation(store, call);
  throw new S3Error('NotImplemented', `expected an operation the local S3 performs, was ${call.operation}`);
}

function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  return new S3Error('InternalError', `expected no failure of the local S3, was ${String(error)}`);
}
