import { expect, test } from 'vitest';
import { Roles } from '../../../local/iam/roles.ts';

const ARN = 'arn:aws:iam::000000000000:role/r';
const document = (Action: string) => ({ Statement: { Effect: 'Allow', Action, Resource: '*' } });

test('a role has the same key for one seed and another for another', () => {
  const keyOf = (seed: string) => new Roles(Buffer.from(seed)).add('r', ARN).key;
  expect(keyOf('a')).toEqual(keyOf('a'));
  expect(keyOf('a')).not.toEqual(keyOf('b'));
  expect(keyOf('a').accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(keyOf('a').secretAccessKey).toHaveLength(40);
});

test('roles are found by key, ARN and API role', () => {
  const roles = new Roles(Buffer.from('seed'));
  const role = roles.add('r', ARN, 'tracker');
  expect(roles.byAccessKey(role.key.accessKeyId)).toBe(role);
  expect(roles.byArn(ARN)).toBe(role);
  expect(roles.byApiRole('tracker')).toBe(role);
  expect(roles.byAccessKey('AKIA')).toBeUndefined();
  expect(() => roles.byArn('arn:aws:iam::1:role/x')).toThrow('was arn:aws:iam::1:role/x');
});

test('policies add up, inline and managed', () => {
  const roles = new Roles(Buffer.from('seed'));
  const role = roles.add('r', ARN);
  roles.attach('r', document('s3:GetObject'), 'P');
  roles.addManaged('arn:p', document('sqs:SendMessage'), 'M');
  roles.attachManaged('r', 'arn:p', 'R');
  roles.attachManaged('r', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', 'R');
  const can = (action: string) => roles.isAllowed(role, { action, resource: 'x' });
  expect([can('s3:GetObject'), can('sqs:SendMessage'), can('logs:PutLogEvents')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a decision made before holds until a policy is added', () => {
  const roles = new Roles(Buffer.from('seed'));
  const role = roles.add('r', ARN);
  const other = roles.add('other', `${ARN}2`);
  const can = (who = role, resource = 'x') => roles.isAllowed(who, { action: 's3:GetObject', resource });
  expect([can(), can()]).toEqual([false, false]);
  roles.attach('r', document('s3:GetObject'), 'P');
  expect([can(), can(), can(other)]).toEqual([true, true, false]);
  roles.addManaged('arn:p', { Statement: { Effect: 'Deny', Action: 's3:*', Resource: 'x' } }, 'M');
  roles.attachManaged('r', 'arn:p', 'R');
  expect([can(), can(), can(role, 'y')]).toEqual([false, false, true]);
});

test('a decision that rests on more than action and resource is made anew', () => {
  const roles = new Roles(Buffer.from('seed'));
  const role = roles.add('r', ARN);
  const Condition = { StringEquals: { 's3:prefix': 'a' } };
  const statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'x', Condition };
  roles.attach('r', { Statement: statement }, 'P');
  const can = (more: object) => roles.isAllowed(role, { action: 's3:ListBucket', resource: 'x', ...more });
  const prefix = (value: string) => ({ context: { 's3:prefix': [value] } });
  expect([can(prefix('a')), can(prefix('b')), can({}), can(prefix('a'))]).toEqual([true, false, false, true]);
});

test('unknown roles and managed policies are named', () => {
  const roles = new Roles(Buffer.from('seed'));
  roles.add('r', ARN);
  expect(() => roles.attach('x', document('s3:*'), 'P')).toThrow('P: expected the name of a role, was x');
  expect(() => roles.attachManaged('r', 'arn:aws:iam::aws:policy/AdministratorAccess', 'R')).toThrow(
    /AdministratorAccess/,
  );
});
