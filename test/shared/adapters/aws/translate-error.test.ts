import { expect, it } from 'vitest';
import { translated, translateError } from '../../../../shared/adapters/aws/translate-error.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
const cancelled = (...codes: string[]) =>
  named('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

it.each([
  ['ConditionalCheckFailedException', {}, 'Conflict'],
  ['PreconditionFailed', {}, 'Conflict'],
  ['NoSuchKey', {}, 'NotFound'],
  ['NotFoundException', {}, 'NotFound'],
  ['QueueDoesNotExist', {}, 'NotFound'],
  ['ThrottlingException', {}, 'Temporary'],
  ['ConditionalRequestConflict', {}, 'Temporary'],
  ['Error', { code: 'ECONNREFUSED' }, 'Temporary'],
  ['Error', { code: 'EPIPE' }, 'Temporary'],
  ['SomethingNew', { $metadata: { httpStatusCode: 503 } }, 'Temporary'],
  ['TooManyRequests', { $metadata: { httpStatusCode: 429 } }, 'Temporary'],
])('says who must act on %s %j', (name, more, expected) => {
  const error = named(name, more);
  const translation = translateError(error, 'get object raw/x') as Error;
  expect(translation).toMatchObject({ name: expected, cause: error });
  expect(translation.message).toMatch(/^get object raw\/x: /);
});

it.each([
  [['None', 'ConditionalCheckFailed'], 'Conflict'],
  [['TransactionConflict', 'ConditionalCheckFailed'], 'Conflict'],
  [['None', 'TransactionConflict'], 'Temporary'],
  [['ThrottlingError'], 'Temporary'],
  [['ProvisionedThroughputExceeded'], 'Temporary'],
  [['ValidationError'], 'TransactionCanceledException'],
])('reads the reasons %j of a cancelled transaction', (codes, expected) => {
  expect((translateError(cancelled(...codes), 'register') as Error).name).toBe(expected);
});

it('leaves what it is not sure about as it was', () => {
  for (const error of [
    named('ValidationException', { $metadata: { httpStatusCode: 400 } }),
    'text',
    undefined,
  ]) {
    expect(translateError(error, 'put')).toBe(error);
  }
});

it('passes results on and throws translated', async () => {
  expect(await translated('get', async () => 7)).toBe(7);
  await expect(translated('get', () => Promise.reject(named('NoSuchKey')))).rejects.toThrow('get: not found');
});
