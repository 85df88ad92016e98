import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ReturnMessage } from '../../ports/return-message.ts';
import { translated } from '../aws/translate-error.ts';

/** Gives messages of an SQS queue back. */
export function sqsReturnMessage(client: SQSClient, queueUrl: string): ReturnMessage {
  return async (ReceiptHandle, VisibilityTimeout) => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle,
      VisibilityTimeout,
    });
    await translated('give a message back', () => client.send(command));
  };
}
