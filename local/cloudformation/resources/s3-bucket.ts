import * as z from 'zod';
import type { S3Service } from '../../s3/service.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

const ObjectLock = z.strictObject({
  ObjectLockEnabled: z.literal('Enabled').optional(),
  Rule: z
    .strictObject({
      DefaultRetention: z.strictObject({
        Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
        Days: z.number().int(),
      }),
    })
    .optional(),
});

/** `AWS::S3::Bucket`: versioning and object lock. */
export function bucketHandler(s3: Pick<S3Service, 'createBucket'>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::S3::Bucket'],
    honoured: {
      BucketName: z.string().optional(),
      VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
      ObjectLockEnabled: z.boolean().optional(),
      ObjectLockConfiguration: ObjectLock.optional(),
    },
    ignored: {
      AccessControl: 'access goes by the policies of roles',
      BucketEncryption: 'the state folder is the owner’s; encryption at rest is the disk',
      IntelligentTieringConfigurations: 'there is one storage class here',
      LifecycleConfiguration: 'expiry and storage classes save money on AWS; here nothing is deleted unasked',
      LoggingConfiguration: 'access logs of the bucket are for auditors of an AWS account',
      OwnershipControls: 'there is one account here',
      PublicAccessBlockConfiguration: 'nothing here is public',
      Tags: 'labels for people and bills',
    },
    create(properties, address) {
      const name = nameOf(properties.BucketName, address, 63).toLowerCase();
      const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
      if (properties.ObjectLockEnabled === true && retention === undefined) {
        throw new Error(
          `${address.stack}.${address.logicalId}: expected object lock with a default retention, was without`,
        );
      }
      s3.createBucket(name, {
        versioning: properties.VersioningConfiguration?.Status === 'Enabled',
        ...(retention === undefined ? {} : { objectLock: { mode: retention.Mode, days: retention.Days } }),
      });
      const domain = `${name}.s3.amazonaws.com`;
      return {
        ref: name,
        attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain },
      };
    },
  });
}
