import * as z from 'zod';
import type { SnsService } from '../../sns/sns.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

/** `AWS::SNS::Topic` and `Subscription`; the ARN of each subscription made is handed to `onSubscribed`. */
export function snsHandlers(
  sns: Pick<SnsService, 'createTopic' | 'subscribe'>,
  onSubscribed: (subscriptionArn: string) => void,
): ResourceHandler[] {
  return [topicHandler(sns), subscriptionHandler(sns, onSubscribed)];
}

function topicHandler(sns: Pick<SnsService, 'createTopic'>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::SNS::Topic'],
    honoured: { TopicName: z.string().optional(), DisplayName: z.string().optional() },
    ignored: {
      DataProtectionPolicy: 'masks personal data in AWS’s own logs',
      KmsMasterKeyId: 'encryption at rest is the disk',
      Tags: 'labels for people and bills',
      TracingConfig: 'nothing is traced locally',
    },
    create({ TopicName, DisplayName }, address) {
      const name = nameOf(TopicName, address, 256);
      const topic = sns.createTopic({
        name,
        ...(DisplayName === undefined ? {} : { displayName: DisplayName }),
      });
      return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: name } };
    },
  });
}

function subscriptionHandler(
  sns: Pick<SnsService, 'subscribe'>,
  onSubscribed: (subscriptionArn: string) => void,
): ResourceHandler {
  return resourceHandler({
    types: ['AWS::SNS::Subscription'],
    honoured: {
      TopicArn: z.string(),
      Protocol: z.string(),
      Endpoint: z.string(),
      RawMessageDelivery: z.boolean().default(false),
      FilterPolicy: z.record(z.string(), z.unknown()).optional(),
    },
    ignored: { Region: 'there is one region here' },
    create(properties) {
      const subscription = sns.subscribe({
        topicArn: properties.TopicArn,
        protocol: properties.Protocol,
        endpoint: properties.Endpoint,
        rawMessageDelivery: properties.RawMessageDelivery,
        filterPolicy: properties.FilterPolicy,
      });
      onSubscribed(subscription.arn);
      return { ref: subscription.arn, attributes: { Arn: subscription.arn } };
    },
  });
}
