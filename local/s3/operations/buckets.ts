import { isoSeconds, type Operation, xmlResponse } from '../operation.ts';

/** The account every local bucket belongs to. */
const OWNER = { ID: '000000000000', DisplayName: 'local' };

/** ListBuckets: all of them, in one page. */
export const listBuckets: Operation = (store) => {
  const buckets = store.buckets.list();
  return xmlResponse('ListAllMyBucketsResult', {
    Owner: OWNER,
    Buckets: {
      Bucket: buckets.map(({ name, createdMs }) => ({ Name: name, CreationDate: isoSeconds(createdMs) })),
    },
  });
};

export const headBucket: Operation = (store, call) => {
  store.buckets.require(call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
};

/** GetBucketVersioning: no Status where versioning was never switched on. */
export const getBucketVersioning: Operation = (store, call) => {
  const { versioning } = store.buckets.require(call.bucket);
  return xmlResponse('VersioningConfiguration', { Status: versioning === '' ? undefined : versioning });
};
