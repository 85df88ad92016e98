import { SSMClient } from '@aws-sdk/client-ssm';
import middy from '@middy/core';
import type { SNSEvent } from 'aws-lambda';
import { httpWebhook } from '../../shared/adapters/http/webhook.ts';
import { ssmParameterStore } from '../../shared/adapters/ssm/parameter-store.ts';
import { readEnv } from '../../shared/config/env.ts';
import { forwardToSlack } from './forward-to-slack.ts';

const env = readEnv(process.env, ['SLACK_WEBHOOK_PARAMETER']);
const forward = forwardToSlack({
  parameters: ssmParameterStore(new SSMClient()),
  webhook: httpWebhook,
  parameterName: env.SLACK_WEBHOOK_PARAMETER,
});

export const handler = middy<SNSEvent, void>().handler(async ({ Records }) => {
  for (const { Sns } of Records) {
    const notice = Sns.MessageAttributes?.['notice']?.Value;
    await forward({ subject: Sns.Subject ?? undefined, body: Sns.Message, notice });
  }
});
