import type { Notice } from './advance.ts';
import { lasted, openingWords, shownNumbers, whatOf } from './wording.ts';

/** Longest subject that the e-mail topic accepts; it must be printable ASCII on one line. */
const SUBJECT_LIMIT = 100;

export interface EmailMessage {
  readonly subject: string;
  readonly body: string;
}

/** An alert as an e-mail: what happened, the numbers, what to do next. Example subject: `Warning: NSE: drift in 7 of 78 features`. */
export function emailMessage(notice: Notice): EmailMessage {
  const { finding } = notice.state;
  const numbers = shownNumbers(finding.numbers).map(([name, value]) => `  ${name}: ${value}`);
  const body = [
    openingWords(notice),
    '',
    whatOf(notice),
    '',
    'Numbers:',
    ...numbers,
    '',
    ...(notice.kind === 'recovered'
      ? ['Nothing has to be done.']
      : ['What to do next:', `  ${finding.next}`]),
    '',
    lasted(notice),
    `Rule ${finding.rule}, exchange ${finding.exchange}.`,
    '',
  ];
  return { subject: subjectOf(notice), body: body.join('\n') };
}

function subjectOf({ kind, state: { finding } }: Notice): string {
  const prefix = { opened: '', repeated: 'Still open: ', recovered: 'Recovered: ' }[kind];
  const severity = kind === 'recovered' ? '' : `${SEVERITY_WORD[finding.severity]}: `;
  const text = `${prefix}${severity}${finding.title}`.replace(/[^\x20-\x7e]+/g, ' ');
  return text.length <= SUBJECT_LIMIT ? text : `${text.slice(0, SUBJECT_LIMIT - 3)}...`;
}

const SEVERITY_WORD = { info: 'Notice', warning: 'Warning', critical: 'Critical' } as const;
