import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueBacklog } from '../../ports/queue-backlog.ts';
import { translated } from '../aws/translate-error.ts';

/** The backlog of an SQS queue, as approximate as SQS tells it. */
export function sqsQueueBacklog(client: SQSClient, queueUrl: string): QueueBacklog {
  return {
    async waiting() {
      const command = new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes = {} } = await translated('read queue attributes', () => client.send(command));
      return Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
    },
  };
}
