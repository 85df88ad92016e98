import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
};

/** How one kind of record speaks of itself. */
export interface Wording {
  /** What the record is called where no field of it is to blame. */
  readonly record: string;
  /** What the caller should do, by the name of the field that is wrong; an empty text says nothing. */
  readonly remedies: Readonly<Record<string, string>>;
  /** What the caller should do about any other field. */
  readonly otherwise: string;
  /** What a field of several allowed types takes. */
  readonly union: string;
  /** Places in lists are written `legs.3` instead of `legs[3]`. */
  readonly isDotted?: boolean;
}

/** The wording for files and inputs whose fields say enough: what was expected and what it was, and no advice. */
export function plainWording(record: string): Wording {
  return { record, remedies: {}, otherwise: '', union: 'one of the forms it may have', isDotted: true };
}

/**
 * One sentence for the first thing wrong with a record: the field's path, what was expected, what it was, and what
 * to do about it. Example: `legs[3].ltp: expected 0 or more, was -5; send null when the value is missing`.
 */
export function describeIssue(issues: readonly Issue[], input: unknown, wording: Wording): string {
  const issue = issues[0];
  if (issue === undefined) return 'expected a valid record, was refused without a reason';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${fieldPath(issue.path, wording)}: ${wrong(issue, input, wording)}${remedy(issue.path, wording)}${more}`;
}

/** A rule of our own says itself what it expected, and often what it was. */
function wrong(issue: Issue, input: unknown, wording: Wording): string {
  const was = `, was ${describeValue(valueAt(input, issue.path))}`;
  if (issue.code === 'custom')
    return issue.message.includes(', was ') ? issue.message : `${issue.message}${was}`;
  return `expected ${expectation(issue, wording)}${was}`;
}

/** A value in a few words, for an error text. Example: `describeValue('abc')` is `"abc"`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return String(value);
}

function fieldPath(path: readonly PropertyKey[], { record, isDotted }: Wording): string {
  if (path.length === 0) return record;
  if (isDotted) return path.map(String).join('.');
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function remedy(path: readonly PropertyKey[], { remedies, otherwise }: Wording): string {
  if (path.length === 0) return '';
  const name = path.findLast((part) => typeof part === 'string');
  const text = remedies[String(name)] ?? otherwise;
  return text === '' ? '' : `; ${text}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a calendar date',
  datetime: 'an ISO 8601 date-time with its offset',
  ulid: 'a ULID (26 letters and digits)',
};

function expectation(issue: Issue, { union }: Wording): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `${issue.inclusive ? '' : 'more than '}${issue.minimum}${issue.inclusive ? ' or more' : ''}${countedThing(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${countedThing(issue.origin)}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? ownWords(issue.message) ?? `a valid ${issue.format}`;
    case 'unrecognized_keys':
      return `no key ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return union;
    default:
      return issue.message;
  }
}

/** What a pattern of ours says it expects. Example: `expected a clock as 09:15` gives `a clock as 09:15`. */
function ownWords(message: string): string | undefined {
  return /^expected (.+)$/.exec(message)?.[1];
}

function countedThing(origin: string): string {
  if (origin === 'array') return ' entries';
  return origin === 'string' ? ' characters' : '';
}
