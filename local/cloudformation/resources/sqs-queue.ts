import * as z from 'zod';
import type { SqsService } from '../../sqs/sqs.ts';
import { resourcePart } from '../arn.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

const RedrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().positive(),
});

/** `AWS::SQS::Queue`; its Ref is a URL on this machine. */
export function queueHandler(sqs: Pick<SqsService, 'createQueue'>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::SQS::Queue'],
    honoured: {
      QueueName: z.string().optional(),
      VisibilityTimeout: z.number().int().default(30),
      MessageRetentionPeriod: z.number().int().default(345_600),
      DelaySeconds: z.number().int().default(0),
      ReceiveMessageWaitTimeSeconds: z.number().int().default(0),
      RedrivePolicy: RedrivePolicy.optional(),
    },
    ignored: {
      KmsMasterKeyId: 'encryption at rest is the disk',
      MaximumMessageSize: 'the limit of SQS itself holds: 1 MiB',
      RedriveAllowPolicy: 'all queues belong to one account',
      SqsManagedSseEnabled: 'encryption at rest is the disk',
      Tags: 'labels for people and bills',
    },
    create(properties, address) {
      const { RedrivePolicy: redrive } = properties;
      const queue = sqs.createQueue({
        name: nameOf(properties.QueueName, address, 80),
        visibilityTimeoutS: properties.VisibilityTimeout,
        retentionS: properties.MessageRetentionPeriod,
        delayS: properties.DelaySeconds,
        receiveWaitS: properties.ReceiveMessageWaitTimeSeconds,
        ...(redrive === undefined
          ? {}
          : {
              deadLetterQueueName: resourcePart(redrive.deadLetterTargetArn),
              maxReceiveCount: redrive.maxReceiveCount,
            }),
      });
      return {
        ref: queue.url,
        attributes: { Arn: queue.arn, QueueName: queue.settings.name, QueueUrl: queue.url },
      };
    },
  });
}
