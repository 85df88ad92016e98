import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Notification, Subscription } from './notification.ts';

const DEFAULT_SUBJECT = 'AWS Notification Message';
const DEFAULT_SENDER = 'AWS Notifications';

/** A notification as the e-mail that SNS sends: RFC 822, CRLF, UTF-8. */
export function emailOf(notification: Notification, subscription: Subscription): string {
  const headers = [
    `From: ${quoted(notification.displayName ?? DEFAULT_SENDER)} <no-reply@sns.amazonaws.com>`,
    `To: ${subscription.endpoint}`,
    `Subject: ${notification.subject ?? DEFAULT_SUBJECT}`,
    `Date: ${new Date(notification.publishedMs).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${notification.messageId}@sns.amazonaws.com>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    `X-SNS-Topic-ARN: ${notification.topicArn}`,
  ];
  const body = `${notification.message}\n\n--\nSubscription: ${subscription.arn}\n`;
  return `${headers.join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}`;
}

/** Puts an e-mail into the outbox, whole or not at all; the same `name` again replaces it. */
export function writeToOutbox(outbox: string, name: string, email: string): void {
  mkdirSync(outbox, { recursive: true });
  const unfinished = join(outbox, `.${name}.unfinished`);
  const file = openSync(unfinished, 'w');
  writeSync(file, email);
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, join(outbox, `${name}.eml`));
}

/** An RFC 2047 word where the name is not ASCII, a quoted string otherwise. */
function quoted(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replaceAll(/["\\]/g, '')}"`;
  return `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`;
}
