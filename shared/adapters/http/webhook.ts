import { Temporary } from '../../errors.ts';
import type { Webhook } from '../../ports/webhook.ts';

const TIMEOUT_MS = 5000;

/** Posts JSON over HTTP. The address is a secret: errors never name it. */
export const httpWebhook: Webhook = {
  async post(url, message) {
    const answer = await send(url, JSON.stringify(message));
    if (!answer.ok) throw new Temporary(`webhook: expected status 200, was ${answer.status}`);
  },
};

async function send(url: string, body: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const why = error instanceof Error ? error.name : 'an unknown error';
    throw new Temporary(`webhook: expected an answer within ${TIMEOUT_MS} ms, was ${why}`, { cause: error });
  }
}
