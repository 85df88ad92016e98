/** What a bucket notification tells; sent once the change is durable. */
export interface S3Event {
  readonly type: 'ObjectCreated' | 'ObjectRemoved';
  /** The second half of Amazon's event name: Put, Copy, CompleteMultipartUpload, Delete or DeleteMarkerCreated. */
  readonly cause: string;
  readonly bucket: string;
  readonly key: string;
  /** Bytes of the object written or removed; 0 for a delete marker. */
  readonly size: number;
  /** Without quotes; '' for a delete marker. */
  readonly etag: string;
  /** `null` where the bucket is not versioned. */
  readonly versionId: string;
  /** Rises with every version of the service: two events on one key are ordered by it. */
  readonly sequence: number;
}
