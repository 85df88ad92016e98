import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An e-mail that SNS has sent. */
export interface Email {
  readonly file: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

/** The e-mails in SNS's outbox, oldest first; none when nothing was ever sent. */
export function listOutbox(outbox: string): Email[] {
  if (!existsSync(outbox)) return [];
  const names = readdirSync(outbox).filter((name) => name.endsWith('.eml'));
  return names.sort().map((name) => parseEmail(name, readFileSync(join(outbox, name), 'utf8')));
}

function parseEmail(file: string, text: string): Email {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]?.trim() ?? '';
  return {
    file,
    to: header('To'),
    subject: header('Subject'),
    body: text.slice(end + 4).replaceAll('\r\n', '\n'),
  };
}
