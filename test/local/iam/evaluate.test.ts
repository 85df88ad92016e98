import { describe, expect, test } from 'vitest';
import { isAllowed } from '../../../local/iam/evaluate.ts';
import { parsePolicy } from '../../../local/iam/policy.ts';

const LAKE = 'arn:aws:s3:::lake';
const policy = (...statements: object[]) =>
  parsePolicy({ Version: '2012-10-17', Statement: statements }, 'Role.Policy');
const allow = (Action: string | string[], Resource: string | string[], more = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

describe('isAllowed', () => {
  const statements = policy(allow(['s3:GetObject*', 's3:PutObject'], `${LAKE}/*`), {
    Effect: 'Deny',
    Action: 's3:*',
    Resource: `${LAKE}/secret/*`,
  });
  test.each([
    ['an action by wildcard', 's3:GetObjectVersion', `${LAKE}/raw/a`, true],
    ['an action without regard to case', 'S3:putobject', `${LAKE}/raw/a`, true],
    ['what nobody allows', 's3:DeleteObject', `${LAKE}/raw/a`, false],
    ['the bucket itself, where only its objects are allowed', 's3:GetObject', LAKE, false],
    ['a resource in other letters', 's3:GetObject', `${LAKE.toUpperCase()}/a`, false],
    ['what a Deny takes away', 's3:GetObject', `${LAKE}/secret/a`, false],
  ])('%s', (_, action, resource, expected) => {
    expect(isAllowed(statements, { action, resource })).toBe(expected);
  });

  test('a dot in a pattern is a dot, a question mark any one character', () => {
    const named = policy(allow('sqs:SendMessage', 'arn:aws:sqs:r:1:to.batch-?'));
    expect(isAllowed(named, { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:r:1:to.batch-1' })).toBe(
      true,
    );
    expect(isAllowed(named, { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:r:1:to_batch-1' })).toBe(
      false,
    );
  });

  test('conditions must hold', () => {
    const listed = policy(
      allow('s3:ListBucket', LAKE, { Condition: { StringLike: { 's3:prefix': ['raw/*'] } } }),
    );
    const request = (prefix: string) => ({
      action: 's3:ListBucket',
      resource: LAKE,
      context: { 's3:prefix': [prefix] },
    });
    expect(isAllowed(listed, request('raw/x'))).toBe(true);
    expect(isAllowed(listed, request('labels/'))).toBe(false);
    expect(isAllowed(listed, { action: 's3:ListBucket', resource: LAKE })).toBe(false);
  });

  test.each(['StringLike', 'StringEquals'] as const)(
    'ForAllValues:%s wants every value to fit',
    (operator) => {
      const keys = { 'dynamodb:LeadingKeys': ['features', 'history'] };
      const writes = policy(
        allow('dynamodb:PutItem', '*', { Condition: { [`ForAllValues:${operator}`]: keys } }),
      );
      const put = (...values: string[]) =>
        isAllowed(writes, {
          action: 'dynamodb:PutItem',
          resource: 't',
          context: { 'dynamodb:LeadingKeys': values },
        });
      expect([put('features'), put('history', 'features'), put('features', 'models'), put('models')]).toEqual(
        [true, true, false, false],
      );
    },
  );

  test('a request that names no resource needs a grant on any', () => {
    const answered = policy(allow('states:SendTaskSuccess', 'arn:aws:states:r:1:stateMachine:m'));
    const request = { action: 'states:SendTaskSuccess', resource: '*' };
    expect(isAllowed(answered, request)).toBe(false);
    expect(isAllowed(answered, { ...request, isAnyResource: true })).toBe(true);
  });
});

describe('parsePolicy', () => {
  test.each([
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, /NotAction/],
    ['NotResource', { Effect: 'Allow', Action: 's3:*', NotResource: '*' }, /NotResource/],
    [
      'an unknown condition key',
      allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:UserAgent': 'x' } } }),
      /StringEquals on aws:UserAgent/,
    ],
    [
      'an unknown condition operator',
      allow('s3:GetObject', '*', { Condition: { DateLessThan: { 's3:prefix': 'x' } } }),
      /DateLessThan on s3:prefix/,
    ],
    [
      'such a condition beside an action that is never checked',
      allow(['logs:PutLogEvents', 's3:GetObject'], '*', {
        Condition: { StringEquals: { 'aws:UserAgent': 'x' } },
      }),
      /StringEquals on aws:UserAgent/,
    ],
  ])('refuses %s by name and place', (_, statement, message) => {
    expect(() => policy(statement)).toThrow(message);
    expect(() => policy(statement)).toThrow(/^Role\.Policy: /);
  });

  test('takes any condition on what is never checked here', () => {
    expect(() =>
      policy(
        allow('cloudwatch:PutMetricData', '*', {
          Condition: { StringEquals: { 'cloudwatch:namespace': 'OiLoop' } },
        }),
      ),
    ).not.toThrow();
  });

  test('takes one statement in place of a list', () => {
    expect(parsePolicy({ Statement: allow('s3:GetObject', '*') }, 'x')).toHaveLength(1);
  });
});
