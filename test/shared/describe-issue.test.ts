import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeIssue, describeValue, plainWording } from '../../shared/describe-issue.ts';

const schema = z.strictObject({
  rules: z.array(z.strictObject({ min: z.number().int().min(1).max(9) })).min(1),
  open: z.string().regex(/^\d\d:\d\d$/, 'expected a clock time such as 15:30'),
  mode: z.enum(['live', 'paper']),
  share: z.number().refine((value) => value <= 1, 'expected a fraction'),
  when: z.iso.date(),
});
const good = { rules: [{ min: 5 }], open: '09:15', mode: 'live', share: 0.5, when: '2025-12-04' };

const said = (input: unknown) => {
  const { error } = schema.safeParse(input);
  return describeIssue(error?.issues ?? [], input, plainWording('the file'));
};

describe('describeIssue', () => {
  it.each([
    [{ rules: [{ min: 0 }] }, 'rules.0.min: expected 1 or more, was 0'],
    [{ rules: [{ min: 10 }] }, 'rules.0.min: expected at most 9, was 10'],
    [{ rules: [{ min: 1.5 }] }, 'rules.0.min: expected a whole number, was 1.5'],
    [{ rules: [{}] }, 'rules.0.min: expected a number, was missing'],
    [{ rules: [] }, 'rules: expected 1 or more entries, was an empty array'],
    [{ open: '9 am' }, 'open: expected a clock time such as 15:30, was "9 am"'],
    [{ mode: 'test' }, 'mode: expected one of live, paper, was "test"'],
    [{ share: 2 }, 'share: expected a fraction, was 2'],
    [{ when: '2025-02-30' }, 'when: expected a calendar date, was "2025-02-30"'],
    [{ more: 1 }, 'the file: expected no key more, was an object'],
    [{ open: 1, mode: 2 }, 'open: expected a string, was 1 (and 1 more)'],
  ])('of %j says %s', (changes, sentence) => {
    expect(said({ ...good, ...changes })).toBe(sentence);
  });

  it.each([
    [null, 'null'],
    [[], 'an empty array'],
    ['text', '"text"'],
    [undefined, 'missing'],
  ])('of %j as the whole says what it was', (input, was) => {
    expect(said(input)).toBe(`the file: expected an object, was ${was}`);
  });

  it('adds what to do where the wording knows, and writes places in brackets unless told otherwise', () => {
    const wording = { ...plainWording('chain'), isDotted: false, remedies: { min: 'ask the desk' } };
    const input = { ...good, rules: [{ min: 5 }, { min: -1 }] };
    const { error } = schema.safeParse(input);
    expect(describeIssue(error!.issues, input, wording)).toBe(
      'rules[1].min: expected 1 or more, was -1; ask the desk',
    );
  });

  it('shortens what is long', () => {
    expect(describeValue('x'.repeat(99))).toBe(`"${'x'.repeat(60)}…"`);
    expect(describeValue([1, 2])).toBe('an array of 2');
  });
});
