import * as z from 'zod';
import { NotificationConfiguration } from '../../events/bucket-notifications.ts';
import { type ResourceHandler, resourceHandler } from '../resource.ts';

/** `Custom::S3BucketNotifications`, which the CDK makes of `addEventNotification`. */
export function bucketNotificationsHandler(
  configure: (bucket: string, configuration: NotificationConfiguration) => void,
): ResourceHandler {
  return resourceHandler({
    types: ['Custom::S3BucketNotifications'],
    honoured: { BucketName: z.string(), NotificationConfiguration },
    ignored: {
      Managed: 'the bucket belongs to the same templates',
      ServiceToken: 'what the CDK’s helper function does on AWS is done here',
      SkipDestinationValidation: 'destinations are those of the templates',
    },
    create({ BucketName, NotificationConfiguration: configuration }) {
      configure(BucketName, configuration);
      return { ref: `${BucketName}-notifications`, attributes: {} };
    },
  });
}
