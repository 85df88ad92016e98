import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { DeadLetters, Redrive } from '../../ports/dead-letters.ts';
import { translated } from '../aws/translate-error.ts';

const SAMPLE = 10;
const STATUS: Readonly<Record<string, Redrive['status']>> = {
  RUNNING: 'running',
  CANCELLING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** An SQS dead-letter queue; SQS itself moves the messages back (a message move task). */
export function sqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  let arn: string | undefined;
  const attribute = async (name: 'QueueArn' | 'ApproximateNumberOfMessages') => {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [name] });
    const { Attributes = {} } = await translated('read queue attributes', () => client.send(command));
    return Attributes[name] ?? '';
  };
  const arnOf = async () => {
    arn ??= await attribute('QueueArn');
    return arn;
  };
  return {
    depth: async () => Number(await attribute('ApproximateNumberOfMessages')),
    async sample() {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: SAMPLE,
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ['SentTimestamp'],
      });
      const { Messages = [] } = await translated('look at dead letters', () => client.send(command));
      return Messages.map(({ MessageId = '', Body = '', Attributes }) => ({
        id: MessageId,
        body: Body,
        sentMs: Number(Attributes?.SentTimestamp),
      }));
    },
    async redrive(perSecond) {
      const rate = perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond };
      const command = new StartMessageMoveTaskCommand({ SourceArn: await arnOf(), ...rate });
      await translated('redrive dead letters', () => client.send(command));
    },
    async newestRedrive() {
      const command = new ListMessageMoveTasksCommand({ SourceArn: await arnOf(), MaxResults: 1 });
      const { Results = [] } = await translated('list redrives', () => client.send(command));
      const [task] = Results;
      if (task === undefined) return undefined;
      const { FailureReason } = task;
      return {
        status: STATUS[task.Status ?? ''] ?? 'running',
        moved: task.ApproximateNumberOfMessagesMoved ?? 0,
        toMove: task.ApproximateNumberOfMessagesToMove ?? 0,
        ...(FailureReason === undefined ? {} : { reason: FailureReason }),
      };
    },
  };
}
