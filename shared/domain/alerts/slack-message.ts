import type { Notice } from './advance.ts';
import { lasted, openingWords, shownNumbers, whatOf } from './wording.ts';

const HEADER_LIMIT = 150;
const SECTION_LIMIT = 3000;
const FIELDS_LIMIT = 10;

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | { readonly type: 'section'; readonly text?: SlackText; readonly fields?: readonly SlackText[] }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

/** Body of a Slack incoming webhook; `text` is what notifications show. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** An alert as Slack blocks: title, what happened, what to do next, numbers, since when. */
export function slackMessage(notice: Notice): SlackMessage {
  const { finding } = notice.state;
  const title = notice.kind === 'recovered' ? `Recovered: ${finding.title}` : finding.title;
  const fields = shownNumbers(finding.numbers).map(([name, value]) =>
    markdown(`*${escaped(name)}*\n${escaped(value)}`),
  );
  const advice: SlackBlock[] =
    notice.kind === 'recovered' ? [] : [section(`*What to do next:* ${escaped(finding.next)}`)];
  return {
    text: `${openingWords(notice)} ${title}`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, HEADER_LIMIT) } },
      section(`*${openingWords(notice)}* ${escaped(whatOf(notice))}`),
      ...advice,
      ...(fields.length === 0 ? [] : [{ type: 'section' as const, fields: fields.slice(0, FIELDS_LIMIT) }]),
      {
        type: 'context',
        elements: [
          markdown(`${lasted(notice)} Rule ${finding.rule}, exchange ${escaped(finding.exchange)}.`),
        ],
      },
    ],
  };
}

function section(text: string): SlackBlock {
  return { type: 'section', text: markdown(cut(text, SECTION_LIMIT)) };
}

function markdown(text: string): SlackText {
  return { type: 'mrkdwn', text };
}

/** Slack reads these three as control characters. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 3)}...`;
}
