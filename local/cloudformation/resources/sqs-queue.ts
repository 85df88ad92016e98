import * as z from 'zod';
import { FIFO_SUFFIX } from '../../sqs/fifo.ts';
import type { SqsService } from '../../sqs/sqs.ts';
import { resourcePart } from '../arn.ts';
import { nameOf, type ResourceAddress, type ResourceHandler, resourceHandler } from '../resource.ts';

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
      FifoQueue: z.literal(true).optional(),
      ContentBasedDeduplication: z.boolean().default(false),
      DeduplicationScope: z.enum(['queue', 'messageGroup']).default('queue'),
      FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).default('perQueue'),
    },
    ignored: {
      KmsMasterKeyId: 'encryption at rest is the disk',
      MaximumMessageSize: 'the limit of SQS itself holds: 1 MiB',
      RedriveAllowPolicy: 'all queues belong to one account',
      SqsManagedSseEnabled: 'encryption at rest is the disk',
      Tags: 'labels for people and bills',
    },
    create(properties, address) {
      const { RedrivePolicy: redrive, FifoQueue: isFifo = false } = properties;
      const queue = sqs.createQueue({
        name: isFifo ? fifoName(properties.QueueName, address) : nameOf(properties.QueueName, address, 80),
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
        ...(isFifo
          ? {
              fifo: {
                contentBasedDeduplication: properties.ContentBasedDeduplication,
                deduplicationScope: properties.DeduplicationScope,
                throughputLimit: properties.FifoThroughputLimit,
              },
            }
          : {}),
      });
      return {
        ref: queue.url,
        attributes: { Arn: queue.arn, QueueName: queue.settings.name, QueueUrl: queue.url },
      };
    },
  });
}

/** The name of a FIFO queue that has none is made with the suffix; one that is given has it. */
function fifoName(given: string | undefined, address: ResourceAddress): string {
  return given ?? `${nameOf(undefined, address, 80 - FIFO_SUFFIX.length)}${FIFO_SUFFIX}`;
}
