import type { S3Event } from '../s3/event.ts';

/** The event of a bucket notification, whole, as S3 sends it to a function, queue or topic. */
export function s3Event(event: S3Event, configurationId: string, region: string, nowMs: number) {
  const sequencer = event.sequence.toString(16).toUpperCase().padStart(16, '0');
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(nowMs).toISOString(),
        eventName: `${event.type}:${event.cause}`,
        userIdentity: { principalId: 'AWS:local' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': sequencer, 'x-amz-id-2': sequencer },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: {
            name: event.bucket,
            ownerIdentity: { principalId: 'local' },
            arn: `arn:aws:s3:::${event.bucket}`,
          },
          object: s3Object(event, sequencer),
        },
      },
    ],
  };
}

function s3Object(event: S3Event, sequencer: string) {
  const isVersioned = event.versionId !== 'null';
  return {
    // As in a query string: spaces are pluses, slashes stay.
    key: encodeURIComponent(event.key).replaceAll('%2F', '/').replaceAll('%20', '+'),
    ...(event.type === 'ObjectCreated' ? { size: event.size, eTag: event.etag } : {}),
    ...(isVersioned ? { versionId: event.versionId } : {}),
    sequencer,
  };
}
