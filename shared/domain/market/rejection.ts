import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const MISSING_VALUE = 'send null when the value is missing';
const DATE_TIME = 'write it with its offset, as 2025-12-04T12:35:00+05:30';

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'an array',
  object: 'an object',
};

/** What the caller should do, by the name of the field that is wrong. */
const REMEDIES: Readonly<Record<string, string>> = {
  schema: 'send "schema": 1',
  timestamp: DATE_TIME,
  received_at: DATE_TIME,
  as_of: DATE_TIME,
  expiry: 'write it as 2025-12-09',
  legs: 'send the ladder of calls and puts; skip the minute when the source gave none',
  symbol: "send the contract's own symbol",
  option_type: 'send CE for a call, PE for a put',
  underlying_price: 'skip the minute when the index price is unknown',
  atm_strike: "send the chain's at-the-money strike",
  sequence: 'count up from 0 for each exchange and day, or leave it out',
  macro: 'send an object of macro values, or null',
};

/**
 * One sentence for the first thing wrong with a record: the field's path, what was expected, what it was, and what
 * to do about it. Example: `legs[3].ltp: expected 0 or more, was -5; send null when the value is missing`.
 */
export function describeIssue(issues: readonly Issue[], input: unknown): string {
  const issue = issues[0];
  if (issue === undefined) return 'expected a valid record, was refused without a reason';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const was = describeValue(valueAt(input, issue.path));
  return `${fieldPath(issue.path)}: expected ${expectation(issue)}, was ${was}${remedy(issue.path)}${more}`;
}

/** A value in a few words, for an error text. Example: `describeValue('abc')` is `"abc"`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return String(value);
}

function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'snapshot';
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

function remedy(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const name = path.findLast((part) => typeof part === 'string');
  if (name === 'exchange' || name === 'strike') return '';
  return `; ${REMEDIES[String(name)] ?? MISSING_VALUE}`;
}

function expectation(issue: Issue): string {
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
      return issue.format === 'date' ? 'a calendar date' : 'an ISO 8601 date-time with its offset';
    case 'invalid_union':
      return 'a finite number, or {value, as_of, source}, or null';
    default:
      return issue.message;
  }
}

function countedThing(origin: string): string {
  if (origin === 'array') return ' entries';
  return origin === 'string' ? ' characters' : '';
}
