import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** A message as a Slack incoming webhook received it. */
export interface SlackMessage {
  readonly receivedAt: string;
  readonly body: unknown;
}

/** Stands in for Slack: keeps what is posted to its webhook, one JSON line each. */
export class SlackSink {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Keeps one message; false when it is not what Slack takes (a JSON object). */
  receive(body: string, nowMs: number): boolean {
    const parsed = parse(body);
    if (parsed === null) return false;
    const message: SlackMessage = { receivedAt: new Date(nowMs).toISOString(), body: parsed };
    appendFileSync(this.#file, `${JSON.stringify(message)}\n`);
    return true;
  }

  /** All messages, oldest first. */
  list(): SlackMessage[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SlackMessage);
  }
}

function parse(body: string): object | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
