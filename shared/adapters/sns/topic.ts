import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Topic } from '../../ports/topic.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_SUBJECT = 100;

/** An SNS topic; subjects are cut to what SNS takes (ASCII that begins with no space, at most 100 characters). */
export function snsTopic(client: SNSClient, topicArn: string): Topic {
  return {
    async publish({ subject, body, attributes = {} }) {
      const Subject = asciiSubject(subject ?? '');
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: body,
        ...(Subject === '' ? {} : { Subject }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: 'String', StringValue: value },
          ]),
        ),
      });
      await translated('publish', () => client.send(command));
    },
  };
}

function asciiSubject(subject: string): string {
  return subject
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_SUBJECT);
}
