import * as z from 'zod';
import type { Notice } from '../../shared/domain/alerts/advance.ts';
import { alertStateSchema } from '../../shared/domain/alerts/alert-state.ts';
import { type SlackMessage, slackMessage } from '../../shared/domain/alerts/slack-message.ts';
import type { ParameterStore } from '../../shared/ports/parameter-store.ts';
import type { Webhook } from '../../shared/ports/webhook.ts';

/** The parameter's value that switches Slack off. */
const OFF = 'none';
const TEXT_LIMIT = 3000;

const noticeSchema = z.object({
  kind: z.enum(['opened', 'repeated', 'recovered']),
  state: alertStateSchema,
}) satisfies z.ZodType<Notice>;

/** A message of the alert topic; those of the alert stage carry their notice, those of an alarm do not. */
export interface TopicMessage {
  readonly subject: string | undefined;
  readonly body: string;
  /** The notice as JSON. */
  readonly notice: string | undefined;
}

interface Ports {
  readonly parameters: ParameterStore;
  readonly webhook: Webhook;
  /** Name of the parameter that holds the webhook's address. */
  readonly parameterName: string;
}

/** Posts a message to Slack unless that is switched off. @throws Temporary when Slack did not take it. */
export function forwardToSlack({ parameters, webhook, parameterName }: Ports) {
  return async (message: TopicMessage): Promise<void> => {
    const url = (await parameters.parameter(parameterName)).trim();
    if (url === OFF) return;
    await webhook.post(url, slackFormat(message));
  };
}

function slackFormat({ subject, body, notice }: TopicMessage): SlackMessage {
  if (notice !== undefined) return slackMessage(noticeSchema.parse(JSON.parse(notice)));
  const title = subject ?? 'OI Loop';
  return {
    text: title,
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: `${title}\n${body}`.slice(0, TEXT_LIMIT) } },
    ],
  };
}
