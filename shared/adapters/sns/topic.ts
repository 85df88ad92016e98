import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Topic } from '../../ports/topic.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_SUBJECT = 100;

/** An SNS topic; subjects are cut to what SNS takes (ASCII, at most 100 characters). */
export function snsTopic(client: SNSClient, topicArn: string): Topic {
  return {
    async publish({ subject, body, attributes = {} }) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: body,
        ...(subject === undefined ? {} : { Subject: asciiSubject(subject) }),
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
  return subject.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_SUBJECT);
}
