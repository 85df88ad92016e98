/** What decides which S3 operation a request is. */
export interface RequestShape {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

type Level = 'service' | 'bucket' | 'object';
type Route = readonly [method: string, level: Level, marks: readonly string[], operation: string];

/** First match wins; a mark is a query key, or a header when it begins with `x-`. */
const ROUTES: readonly Route[] = [
  ['GET', 'service', [], 'ListBuckets'],
  ['GET', 'bucket', ['list-type'], 'ListObjectsV2'],
  ['GET', 'bucket', ['versions'], 'ListObjectVersions'],
  ['GET', 'bucket', ['versioning'], 'GetBucketVersioning'],
  ['GET', 'bucket', ['uploads'], 'ListMultipartUploads'],
  ['GET', 'bucket', ['location'], 'GetBucketLocation'],
  ['GET', 'bucket', ['object-lock'], 'GetObjectLockConfiguration'],
  ['PUT', 'bucket', ['object-lock'], 'PutObjectLockConfiguration'],
  ['GET', 'bucket', ['session'], 'CreateSession'],
  ['POST', 'bucket', ['delete'], 'DeleteObjects'],
  ['POST', 'object', ['uploads'], 'CreateMultipartUpload'],
  ['POST', 'object', ['uploadId'], 'CompleteMultipartUpload'],
  ['POST', 'object', ['restore'], 'RestoreObject'],
  ['POST', 'object', ['select'], 'SelectObjectContent'],
  ['PUT', 'object', ['uploadId', 'x-amz-copy-source'], 'UploadPartCopy'],
  ['PUT', 'object', ['uploadId'], 'UploadPart'],
  ['GET', 'object', ['uploadId'], 'ListParts'],
  ['DELETE', 'object', ['uploadId'], 'AbortMultipartUpload'],
  ['PUT', 'object', ['renameObject'], 'RenameObject'],
];

/** Tried after the sub-resources: these have no mark of their own. */
const PLAIN_ROUTES: readonly Route[] = [
  ['GET', 'bucket', [], 'ListObjects'],
  ['HEAD', 'bucket', [], 'HeadBucket'],
  ['PUT', 'bucket', [], 'CreateBucket'],
  ['DELETE', 'bucket', [], 'DeleteBucket'],
  ['POST', 'bucket', [], 'PostObject'],
  ['PUT', 'object', ['x-amz-copy-source'], 'CopyObject'],
  ['PUT', 'object', [], 'PutObject'],
  ['GET', 'object', [], 'GetObject'],
  ['HEAD', 'object', [], 'HeadObject'],
  ['DELETE', 'object', [], 'DeleteObject'],
];

/** Sub-resources whose operation is named by rule: `GET ?acl` on a bucket is `GetBucketAcl`. */
const SUBRESOURCES: Readonly<Record<string, string>> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'Acl',
  analytics: 'AnalyticsConfiguration',
  attributes: 'Attributes',
  cors: 'Cors',
  encryption: 'Encryption',
  'intelligent-tiering': 'IntelligentTieringConfiguration',
  inventory: 'InventoryConfiguration',
  'legal-hold': 'LegalHold',
  lifecycle: 'LifecycleConfiguration',
  logging: 'Logging',
  metrics: 'MetricsConfiguration',
  notification: 'NotificationConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  policyStatus: 'PolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'Replication',
  requestPayment: 'RequestPayment',
  retention: 'Retention',
  tagging: 'Tagging',
  torrent: 'Torrent',
  versioning: 'Versioning',
  website: 'Website',
};

/**
 * Amazon's name of the operation a request asks for, implemented here or not; a method and path S3 does not know give
 * `<method> (<level>)`. `GET /lake?acl` -> `GetBucketAcl`.
 */
export function nameOperation(request: RequestShape): string {
  const level = levelOf(request);
  return (
    matchRoute(ROUTES, request, level) ??
    matchSubresource(request, level) ??
    matchRoute(PLAIN_ROUTES, request, level) ??
    `${request.method} (${level})`
  );
}

function levelOf(request: RequestShape): Level {
  if (request.bucket === '') return 'service';
  return request.key === '' ? 'bucket' : 'object';
}

function matchRoute(routes: readonly Route[], request: RequestShape, level: Level): string | undefined {
  const carries = (mark: string) =>
    mark.startsWith('x-') ? mark in request.headers : request.query.has(mark);
  return routes.find(
    ([method, at, marks]) => method === request.method && at === level && marks.every(carries),
  )?.[3];
}

function matchSubresource(request: RequestShape, level: Level): string | undefined {
  const found = Object.keys(SUBRESOURCES).find((name) => request.query.has(name));
  if (found === undefined || level === 'service') return undefined;
  const verb = request.method.charAt(0) + request.method.slice(1).toLowerCase();
  return `${verb}${level === 'bucket' ? 'Bucket' : 'Object'}${SUBRESOURCES[found]}`;
}
