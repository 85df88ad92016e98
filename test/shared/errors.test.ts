import { expect, it } from 'vitest';
import * as errors from '../../shared/errors.ts';

it('keeps the names that state machines and the HTTP edge match on', () => {
  expect(Object.keys(errors).sort()).toEqual([
    'Conflict',
    'InvariantViolated',
    'NotFound',
    'RejectedInput',
    'Temporary',
    'Throttled',
  ]);
  for (const [name, type] of Object.entries(errors)) {
    const error = new type('expected a, was b', { field: 'legs[3].ltp', cause: 'why' });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message: 'expected a, was b', field: 'legs[3].ltp', cause: 'why' });
    expect(String(error)).toBe(`${name}: expected a, was b`);
  }
});

it('has neither field nor cause unless they are given', () => {
  const error = new errors.NotFound('x');
  expect(error.field).toBeUndefined();
  expect('cause' in error).toBe(false);
});

it('lets whoever retries what is temporary wait out a throttle too, as long as it says', () => {
  const error = new errors.Throttled('full', { retryAfterS: 12, field: 'queue' });
  expect(error).toBeInstanceOf(errors.Temporary);
  expect(error).toMatchObject({ name: 'Throttled', retryAfterS: 12, field: 'queue' });
  expect(new errors.Throttled('full').retryAfterS).toBe(1);
});
